import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../domain/errors.ts";
import type { Reason } from "../domain/plan.ts";
import type { Change } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { type Effect, type Input, type Model, openMenu } from "../menu/model.ts";
import type { MenuOutcome } from "../menu/outcome.ts";
import { view } from "../menu/show.ts";
import { update } from "../menu/update.ts";
import type { Intent, View } from "../menu/view.ts";
import type { Console } from "./console.ts";

/** How a menu ended. */
export interface Finished {
  readonly outcome: MenuOutcome;
  /** Console of the person who chose; null when it was the countdown, so that nobody may be there. */
  readonly from: string | null;
}

/** Calls `tick` once a second until the returned function is called. */
export type Clock = (tick: () => void) => () => void;

export interface SessionOptions {
  readonly status: DeviceStatus;
  /** Why the menu is shown. */
  readonly reason: Reason | null;
  /** Why the choice in the menu before this one failed; null for the first menu. */
  readonly failure?: string | null;
  /** Seconds that a fallback waits before it goes on by itself; 0 waits for a person. */
  readonly countdownSeconds: number;
  /** Product and kernel release, for the foot of every screen. */
  readonly footer: string;
  readonly actions: {
    /** Writes one change, asked for on the console `from`, and answers what was read back. */
    apply(change: Change, from: string): Promise<DeviceStatus>;
  };
  log(line: string): void;
  readonly clock?: Clock;
}

const everySecond: Clock = (tick) => {
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
};

/**
 * One menu on many consoles: intents of all of them go into one model, and every console shows the same
 * view. A console that fails is let go; the others do not notice.
 */
export class Session {
  /** Resolves once, when a person or the countdown chose how to go on. */
  readonly finished: Promise<Finished>;
  readonly #options: SessionOptions;
  readonly #consoles = new Map<string, Console>();
  readonly #finish: (finished: Finished) => void;
  readonly #stopClock: () => void;
  #model: Model;
  #view: View;
  #effects: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#model = openMenu(options);
    this.#view = view(this.#model);
    const { promise, resolve } = Promise.withResolvers<Finished>();
    this.finished = promise;
    this.#finish = resolve;
    const clock = options.clock ?? everySecond;
    this.#stopClock = this.#model.countdown === null ? () => {} : clock(() => this.#step({ kind: "tick" }));
  }

  /** Adds a console and shows it what the others see. A former one of the same name is let go. */
  attach(console: Console): void {
    this.detach(console.name);
    this.#consoles.set(console.name, console);
    this.#showOn(console);
  }

  /** Lets a console go and closes it. */
  detach(name: string): void {
    const console = this.#consoles.get(name);
    this.#consoles.delete(name);
    if (console !== undefined) void this.#closeOne(console);
  }

  /** What a person did on the console called `from`. */
  dispatch(intent: Intent, from: string): void {
    this.#step({ kind: "intent", intent, from });
  }

  /** Waits for a write that is under way, then gives every console back. Idempotent. */
  async close(): Promise<void> {
    this.#stopClock();
    await this.#effects;
    const consoles = [...this.#consoles.values()];
    this.#consoles.clear();
    await Promise.all(consoles.map((console) => this.#closeOne(console)));
  }

  #step(input: Input): void {
    const { model, effects } = update(this.#model, input);
    this.#model = model;
    this.#showEverywhere();
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: Effect): void {
    if (effect.kind === "finish") {
      this.#stopClock();
      this.#finish({ outcome: effect.outcome, from: effect.from });
      return;
    }
    this.#effects = this.#effects.then(() => this.#apply(effect.change, effect.from));
  }

  async #apply(change: Change, from: string): Promise<void> {
    try {
      const status = await this.#options.actions.apply(change, from);
      this.#step({ kind: "status-updated", status });
    } catch (error) {
      this.#options.log(`${from}: ${change.kind} ${change.slot}: ${messageOf(error)}`);
      this.#step({ kind: "effect-failed", message: messageOf(error) });
    }
  }

  #showEverywhere(): void {
    const next = view(this.#model);
    if (isDeepStrictEqual(next, this.#view)) return;
    this.#view = next;
    for (const console of [...this.#consoles.values()]) this.#showOn(console);
  }

  #showOn(console: Console): void {
    try {
      console.show(this.#view);
    } catch (error) {
      this.#options.log(`${console.name} is left out: ${messageOf(error)}`);
      this.detach(console.name);
    }
  }

  async #closeOne(console: Console): Promise<void> {
    try {
      await console.close();
    } catch (error) {
      this.#options.log(`${console.name} did not close: ${messageOf(error)}`);
    }
  }
}
