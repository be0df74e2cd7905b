/** How bright a panel is. */
export type Light = "full" | "dim" | "dark";

export interface IdleLimits {
  /** Milliseconds without a person until the panel dims, and until it goes dark; 0: never. */
  readonly dimAfter: number;
  readonly darkAfter: number;
}

/** The light of a panel that nobody has touched for so long. */
export function lightAfter(idle: number, { dimAfter, darkAfter }: IdleLimits): Light {
  if (darkAfter > 0 && idle >= darkAfter) return "dark";
  return dimAfter > 0 && idle >= dimAfter ? "dim" : "full";
}

/** When the light changes next, in milliseconds without a person; null when it does not. */
function nextChange(idle: number, { dimAfter, darkAfter }: IdleLimits): number | null {
  const later = [dimAfter, darkAfter].filter((limit) => limit > idle);
  return later.length === 0 ? null : Math.min(...later);
}

/** Dims a panel that nobody uses, and lights it up for whoever comes. */
export class IdleLight {
  readonly #limits: IdleLimits;
  readonly #set: (light: Light) => void;
  readonly #now: () => number;
  #since: number;
  #light: Light = "full";
  #timer: NodeJS.Timeout | null = null;
  /** Work is under way that a person may want to see. */
  #busy = false;
  #covered = false;

  constructor(limits: IdleLimits, set: (light: Light) => void, now: () => number) {
    this.#limits = limits;
    this.#set = set;
    this.#now = now;
    this.#since = now();
    this.#schedule();
  }

  /** Somebody is there, or there is something to see. True when the panel was not at its full light. */
  wake(): boolean {
    const woken = this.#light !== "full";
    this.#covered = false;
    this.#since = this.#now();
    this.#apply("full");
    // One that waits for the first change finds out by itself that it is too early.
    if (woken || this.#timer === null) this.#schedule();
    return woken;
  }

  /** Nobody can see the panel: dark at once, until somebody is there. */
  cover(): void {
    this.#covered = true;
    this.#apply("dark");
  }

  /** While work is under way, such as a reset, the panel stays lit. */
  setBusy(busy: boolean): void {
    if (busy === this.#busy) return;
    this.#busy = busy;
    this.wake();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#apply("full");
  }

  #apply(light: Light): void {
    if (light === this.#light) return;
    this.#light = light;
    this.#set(light);
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const idle = this.#now() - this.#since;
    const next = nextChange(idle, this.#limits);
    if (next === null) {
      this.#timer = null;
      return;
    }
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, next - idle));
    this.#timer.unref();
  }

  #tick(): void {
    if (this.#busy) this.#since = this.#now();
    if (!this.#covered) this.#apply(lightAfter(this.#now() - this.#since, this.#limits));
    this.#schedule();
  }
}
