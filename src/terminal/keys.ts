/** What a terminal sent, once it is complete. `size` is its answer to ESC[6n (a CPR). */
export type KeyEvent =
  | { readonly kind: "up" | "down" | "left" | "right" }
  | { readonly kind: "enter" | "escape" | "backspace" | "repaint" | "page-up" | "page-down" }
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "size"; readonly columns: number; readonly rows: number };

type State = "ground" | "escape" | "csi" | "ss3" | "function-key";

const ESC = 0x1b;
const CR = 0x0d;
const LF = 0x0a;
/** Longest CSI that means anything to us; a longer one is line noise. */
const MAX_SEQUENCE = 32;

const ARROWS: Readonly<Record<string, KeyEvent>> = {
  A: { kind: "up" },
  B: { kind: "down" },
  C: { kind: "right" },
  D: { kind: "left" },
};
/** Keys that end in "~", by their number (VT220). */
const NUMBERED: Readonly<Record<string, KeyEvent>> = {
  "5": { kind: "page-up" },
  "6": { kind: "page-down" },
};
const CONTROLS: ReadonlyMap<number, KeyEvent> = new Map([
  [0x08, { kind: "backspace" }],
  [0x7f, { kind: "backspace" }],
  [0x0c, { kind: "repaint" }],
]);

/**
 * Incremental parser of what a terminal sends (ECMA-48): bytes in, complete events out, the unfinished rest
 * kept. It has no clock: whoever feeds it calls `flush` when nothing followed an ESC for a while.
 */
export class KeyParser {
  #state: State = "ground";
  #sequence = "";
  #afterCarriageReturn = false;
  #noise = 0;

  /** How many bytes came that no terminal sends for a key: a line that is plugged in, or one without an end. */
  get noise(): number {
    return this.#noise;
  }

  /** Whether an ESC waits that may be a key of its own. */
  get isWaiting(): boolean {
    return this.#state === "escape";
  }

  feed(bytes: Uint8Array): KeyEvent[] {
    const events: KeyEvent[] = [];
    for (const byte of bytes) {
      const event = this.#take(byte);
      if (event !== null) events.push(event);
    }
    return events;
  }

  /**
   * Nothing followed: a lone ESC is the key. A longer sequence is kept, however late its rest: the digits of
   * a slow CPR must never be taken for choices.
   */
  flush(): KeyEvent[] {
    if (this.#state !== "escape") return [];
    this.#state = "ground";
    return [{ kind: "escape" }];
  }

  #take(byte: number): KeyEvent | null {
    const followsCarriageReturn = this.#afterCarriageReturn;
    this.#afterCarriageReturn = byte === CR;
    // CR LF is one press of Enter.
    if (byte === LF && followsCarriageReturn) return null;
    if (byte === ESC) return this.#startSequence();
    if (byte < 0x20 || byte === 0x7f) return this.#control(byte);
    if (byte >= 0x80) return this.#noisy();
    switch (this.#state) {
      case "ground":
        return { kind: "char", char: String.fromCharCode(byte) };
      case "escape":
        return this.#introducer(byte);
      case "csi":
        return this.#csi(byte);
      case "ss3":
        return this.#ss3(byte);
      case "function-key":
        return this.#reset();
    }
  }

  #startSequence(): KeyEvent | null {
    const isSecond = this.#state === "escape";
    this.#state = "escape";
    return isSecond ? { kind: "escape" } : null;
  }

  #noisy(): null {
    this.#noise++;
    return this.#reset();
  }

  /** Ends whatever was under way without an event. */
  #reset(): null {
    this.#state = "ground";
    this.#sequence = "";
    return null;
  }

  #control(byte: number): KeyEvent | null {
    const wasGround = this.#state === "ground";
    this.#reset();
    // A control character inside a sequence is noise, not a key.
    if (!wasGround) return this.#noisy();
    if (byte === CR || byte === LF) return { kind: "enter" };
    return CONTROLS.get(byte) ?? this.#noisy();
  }

  #introducer(byte: number): null {
    this.#reset();
    if (byte === 0x5b) this.#state = "csi";
    else if (byte === 0x4f) this.#state = "ss3";
    return null;
  }

  #csi(byte: number): KeyEvent | null {
    const char = String.fromCharCode(byte);
    if (byte < 0x40) {
      this.#sequence += char;
      return this.#sequence.length > MAX_SEQUENCE ? this.#reset() : null;
    }
    const parameters = this.#sequence;
    this.#reset();
    // The Linux console sends ESC [ [ A for F1.
    if (char === "[" && parameters === "") this.#state = "function-key";
    if (char === "R") return sizeOf(parameters);
    if (char === "~") return NUMBERED[parameters] ?? null;
    return ARROWS[char] ?? null;
  }

  #ss3(byte: number): KeyEvent | null {
    this.#reset();
    const char = String.fromCharCode(byte);
    if (char === "M") return { kind: "enter" };
    return ARROWS[char] ?? null;
  }
}

/** "24;80" of ESC[24;80R. Smaller than any terminal is a function key with a modifier, or noise. */
function sizeOf(parameters: string): KeyEvent | null {
  const match = /^(\d{1,4});(\d{1,4})$/.exec(parameters);
  const rows = Number(match?.[1]);
  const columns = Number(match?.[2]);
  return rows >= 5 && columns >= 20 ? { kind: "size", columns, rows } : null;
}
