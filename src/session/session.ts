import { isDeepStrictEqual } from "node:util";
import type { BatteryCare } from "../domain/battery.ts";
import { messageOf } from "../domain/errors.ts";
import type { Heat } from "../domain/heat.ts";
import type { Ask, AskFor } from "../menu/asks.ts";
import {
  type Effect,
  type Input,
  type Model,
  type Opening,
  openMenu,
  type Step,
  type Viewer,
} from "../menu/model.ts";
import type { MenuOutcome } from "../menu/outcome.ts";
import { view } from "../menu/show.ts";
import { begin, update } from "../menu/update.ts";
import type { Intent, View } from "../menu/view.ts";
import { answer, type Offered, offeredBy } from "./ask.ts";
import type { Console } from "./console.ts";
import { Gate, type Trust } from "./gate.ts";

/** How a menu ended. */
export interface Finished {
  readonly outcome: MenuOutcome;
  /** Console of the person who chose; null when it was the countdown, so that nobody may be there. */
  readonly from: string | null;
}

/** Calls `tick` every so many milliseconds until the returned function is called. */
export type Clock = (tick: () => void, ms: number) => () => void;

export interface SessionOptions extends Omit<Opening, "offered"> {
  readonly services: Offered;
  /** What each console may do, and the PIN that opens those which ask for it; all are trusted when missing. */
  readonly trust?: { of(console: string): Trust; verify(pin: string): Promise<boolean> };
  /** Seconds without a sign of a person on any console until the device is switched off; never when missing. */
  readonly powerOffAfter?: number;
  log(line: string): void;
  readonly clock?: Clock;
}

const SECOND = 1000;
/** How often it is asked whether somebody is still there. */
const QUIET_MS = 10_000;
/** Often enough that a ring fills smoothly. */
const HELD_MS = 50;

const realClock: Clock = (tick, ms) => {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
};

/** Trust that lets a person choose at once. */
const MAY_CHOOSE: ReadonlySet<Trust> = new Set(["full", "strict"]);
/** What a person may ask for where nothing may be changed. */
const HARMLESS: ReadonlySet<Ask["service"]> = new Set(["saveLogs"]);

const STRICT =
  "The configuration cannot be believed, so nothing is changed from here. Starting a system still works.";

interface Attached {
  readonly console: Console;
  readonly gate: Gate | null;
  shown: View | null;
}

/**
 * One menu on many consoles: intents of all of them go into one model, and every console shows the same
 * screen. A console that fails is let go; the others do not notice.
 */
export class Session {
  /** Resolves once, when a person or the countdown chose how to go on. */
  readonly finished: Promise<Finished>;
  readonly #options: SessionOptions;
  readonly #clock: Clock;
  readonly #consoles = new Map<string, Attached>();
  readonly #finish: (finished: Finished) => void;
  readonly #stopClock: () => void;
  readonly #stopQuiet: () => void;
  #stopHeld: (() => void) | null = null;
  /** Milliseconds since a person did something. */
  #quiet = 0;
  #model: Model;
  /** Reads go side by side; what changes the device goes one after the other. */
  #changes: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<Finished>();
    this.finished = promise;
    this.#finish = resolve;
    this.#clock = options.clock ?? realClock;
    this.#model = openMenu({ ...options, offered: offeredBy(options.services) });
    this.#stopClock = this.#clock(() => this.#input({ kind: "tick" }), SECOND);
    this.#stopQuiet =
      (options.powerOffAfter ?? 0) > 0 ? this.#clock(() => this.#onQuiet(), QUIET_MS) : () => {};
    // The first screen is drawn before the device is asked for more.
    setImmediate(() => this.#take(begin(this.#model)));
  }

  /** Adds a console and shows it what the others see. A former one of the same name is let go. */
  attach(console: Console): void {
    this.detach(console.name);
    const attached: Attached = { console, gate: this.#gateOf(console.name), shown: null };
    this.#consoles.set(console.name, attached);
    this.#showOn(attached);
  }

  /** Lets a console go and closes it. */
  detach(name: string): void {
    const attached = this.#consoles.get(name);
    this.#consoles.delete(name);
    if (attached !== undefined) void this.#closeOne(attached.console);
  }

  /** What a person did on the console called `from`; one that is not there confirms nothing by a hold. */
  dispatch(intent: Intent, from: string): void {
    this.#quiet = 0;
    const attached = this.#consoles.get(from);
    if (attached === undefined ? !MAY_CHOOSE.has(this.#trustOf(from)) : attached.gate?.pass(intent) === false)
      return;
    const viewer: Viewer = attached?.console ?? {
      name: from,
      confirms: "word",
      letters: "latin",
    };
    this.#input({ kind: "intent", intent, from: viewer });
  }

  #onQuiet(): void {
    // After a reset its receipt is to be read.
    if (this.#model.busy !== null) this.#quiet = 0;
    this.#quiet += QUIET_MS;
    if (this.#quiet >= (this.#options.powerOffAfter ?? 0) * SECOND) this.#input({ kind: "abandoned" });
  }

  #trustOf(console: string): Trust {
    return this.#options.trust?.of(console) ?? "full";
  }

  #gateOf(console: string): Gate | null {
    const trust = this.#trustOf(console);
    if (MAY_CHOOSE.has(trust)) return null;
    return new Gate(console, {
      trust,
      verify: async (pin) => (await this.#options.trust?.verify(pin)) ?? false,
      now: () => performance.now(),
      onChange: () => {
        const attached = this.#consoles.get(console);
        if (attached !== undefined) this.#showOn(attached);
      },
      log: (line) => this.#options.log(line),
    });
  }

  /** What the header shows besides the slot, and what the charge of the battery means. */
  gauge(gauges: Model["gauges"], care: BatteryCare): void {
    this.#input({ kind: "gauges", gauges, care });
  }

  /** Something that a person should know. */
  tell(text: string): void {
    this.#input({ kind: "told", text });
  }

  /** How hot the device is. */
  warm(heat: Heat | null): void {
    this.#input({ kind: "heat", heat });
  }

  /** Waits for a write that is under way, then gives every console back. Idempotent. */
  async close(): Promise<void> {
    this.#stopClock();
    this.#stopQuiet();
    this.#stopHeld?.();
    await this.#changes;
    const consoles = [...this.#consoles.values()];
    this.#consoles.clear();
    await Promise.all(consoles.map(({ console }) => this.#closeOne(console)));
  }

  #input(input: Input): void {
    this.#take(update(this.#model, input));
  }

  #take({ model, effects }: Step): void {
    this.#model = model;
    this.#watchHold();
    this.#showEverywhere();
    for (const effect of effects) this.#run(effect);
  }

  /** Time counts only while something is held. */
  #watchHold(): void {
    const isHeld = this.#model.hold !== null;
    if (isHeld === (this.#stopHeld !== null)) return;
    this.#stopHeld?.();
    this.#stopHeld = isHeld ? this.#clock(() => this.#input({ kind: "held", ms: HELD_MS }), HELD_MS) : null;
  }

  #run(effect: Effect): void {
    if (effect.kind === "finish") {
      this.#stopClock();
      this.#stopQuiet();
      this.#stopHeld?.();
      this.#finish({ outcome: effect.outcome, from: effect.from });
      return;
    }
    const { id, ask, from } = effect;
    if (from === null) void this.#ask(id, ask, "menu");
    else if (this.#trustOf(from) === "strict" && !HARMLESS.has(ask.service)) {
      this.#options.log(`${from}: ${describe(ask)}: refused, as the configuration cannot be believed`);
      this.#input({ kind: "failed", id, message: STRICT });
    } else {
      this.#options.log(`${from}: ${describe(ask)}`);
      this.#changes = this.#changes.then(() => this.#ask(id, ask, from));
    }
  }

  async #ask(id: number, ask: Ask, from: string): Promise<void> {
    try {
      const given = await answer(this.#options.services, ask, from, (progress) =>
        this.#input({ kind: "progressed", id, progress }),
      );
      this.#input({ kind: "answered", id, answer: given });
    } catch (error) {
      this.#options.log(`${from}: ${describe(ask)}: ${messageOf(error)}`);
      this.#input({ kind: "failed", id, message: messageOf(error) });
    }
  }

  #showEverywhere(): void {
    for (const attached of [...this.#consoles.values()]) this.#showOn(attached);
  }

  #showOn(attached: Attached): void {
    const { console, gate } = attached;
    const shared = view(this.#model, console);
    const next = gate?.seen(shared) ?? shared;
    if (isDeepStrictEqual(next, attached.shown)) return;
    attached.shown = next;
    try {
      console.show(next);
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

/** "export /dev/sda1 writable" */
function words(change: AskFor<"changeUsb">["change"]): string {
  if (change.kind === "export")
    return `export ${change.device} ${change.writable ? "writable" : "read-only"}`;
  return change.kind === "take-back" ? change.kind : `${change.kind} ${change.on ? "on" : "off"}`;
}

/** An ask for the log: never with a secret. */
function describe(ask: Ask): string {
  switch (ask.service) {
    case "apply":
      return `${ask.change.kind} ${ask.change.slot}`;
    case "changeState":
    case "changeDeveloper":
      return `${ask.service} ${ask.change.kind}`;
    case "changeUsb":
      return `usb ${words(ask.change)}`;
    case "reset":
      return `reset ${ask.preview.scope}`;
    case "leaveOut":
      return `${ask.out ? "leave out" : "take in"} ${ask.extension.name}`;
    default:
      return ask.service;
  }
}
