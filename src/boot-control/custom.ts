import type { CustomConfig } from "../config/schemes.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Capability, Change, Counting, Health, SlotState } from "../domain/slot.ts";
import { BackendScript } from "./backend-script.ts";
import type { BootControl, SchemeName, StoreState } from "./boot-control.ts";
import type { NamedSlot } from "./rauc-order.ts";
import { checkChange, MAX_TRIES } from "./refusal.ts";

export interface CustomOptions {
  /** Slot ids in table order. */
  readonly slots: readonly string[];
  readonly counting: Counting;
  readonly freshTries: number;
  readonly booted: string | null;
  /** "custom" when missing; "rauc" where RAUC's configuration led here. */
  readonly scheme?: SchemeName;
}

/** Words that a script answers to `capabilities`, and what they mean here. */
const WORDS: Readonly<Record<string, readonly Capability[]>> = {
  tries: ["triesLeft", "setTries"],
  once: ["once"],
};
const RAUC_CAPABILITIES: readonly Capability[] = ["select", "markGood", "markBad"];
const STATES: readonly Health[] = ["good", "trying", "bad", "empty", "unknown"];

/** Opens the integrator's script: asks it what it can do, and has it write nothing. */
export async function openCustom(config: CustomConfig, options: CustomOptions): Promise<CustomControl> {
  const script = new BackendScript(config.script, config.timeout_ms);
  const slots = options.slots.map((id) => ({ id, bootname: config.bootnames[id] ?? id }));
  const asked = config.protocol === "holdfast" ? await capabilitiesOf(script) : [];
  return new CustomControl(script, {
    ...options,
    slots,
    confirms: config.protocol === "holdfast",
    capabilities: new Set([...RAUC_CAPABILITIES, ...asked]),
  });
}

async function capabilitiesOf(script: BackendScript): Promise<readonly Capability[]> {
  const words = (await script.ask("capabilities")).split(/\s+/).filter(Boolean);
  return words.flatMap((word) => {
    const known = WORDS[word];
    if (known !== undefined) return known;
    const right = Object.keys(WORDS).join(" and ");
    throw new HoldfastError(
      "badStore",
      `${script.path} capabilities answered "${word}", ${right} would be right`,
    );
  });
}

type Parts = Omit<CustomOptions, "slots"> & {
  readonly slots: readonly NamedSlot[];
  readonly capabilities: ReadonlySet<Capability>;
  /** Whether "good" means confirmed; RAUC's backends only know good and bad. */
  readonly confirms: boolean;
};

/**
 * Slot state behind a script of the integrator. It is believed when it answers, and checked when it writes:
 * one that ends with 0 and did nothing is told of.
 */
export class CustomControl implements BootControl {
  readonly scheme: SchemeName;
  readonly counting: Counting;
  readonly capabilities: ReadonlySet<Capability>;
  readonly freshTries: number;
  readonly #script: BackendScript;
  readonly #slots: readonly NamedSlot[];
  readonly #booted: string | null;
  readonly #confirms: boolean;

  constructor(script: BackendScript, parts: Parts) {
    this.scheme = parts.scheme ?? "custom";
    this.counting = parts.counting;
    this.capabilities = parts.capabilities;
    this.freshTries = parts.freshTries;
    this.#script = script;
    this.#slots = parts.slots;
    this.#booted = parts.booted;
    this.#confirms = parts.confirms;
  }

  async read(): Promise<StoreState> {
    const problems: string[] = [];
    /** What cannot be told is unknown; the rest is told all the same. */
    const attempt = async <T>(question: () => Promise<T>, otherwise: T): Promise<T> => {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        problems.push(messageOf(error));
        return otherwise;
      }
    };
    const unset = { state: "unknown" as Health, tries: null };
    const slots: SlotState[] = [];
    for (const slot of this.#slots) {
      slots.push(this.#stateOf(slot.id, await attempt(() => this.#ask(slot), unset)));
    }
    const primary = await attempt(() => this.#idFrom("get-primary"), null);
    const once = this.capabilities.has("once") ? await attempt(() => this.#idFrom("get-once"), null) : null;
    return { slots, default: primary, once, problems: [...new Set(problems)] };
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(this, change, this.#slots);
    const before = await this.read();
    const calls = this.#callsFor(change, before);
    for (const [verb, ...words] of calls) await this.#script.tell(verb, ...words);
    const after = calls.length === 0 ? before : await this.read();
    const missing = calls.length === 0 ? null : missingAfter(change, after, before);
    if (missing === null) return after;
    throw new HoldfastError("notReadBack", `${this.#script.path} ended with 0, but ${missing}`, {
      next: "the script has to write what it is asked to, or to end with another code",
    });
  }

  async #ask({ bootname }: NamedSlot): Promise<{ state: Health; tries: number | null }> {
    const word = await this.#script.ask("get-state", bootname);
    const state = STATES.find((each) => each === word);
    if (state === undefined) throw this.#odd(`get-state ${bootname}`, word, STATES.join(", "));
    if (!this.capabilities.has("triesLeft")) return { state, tries: null };
    const tries = await this.#script.ask("get-tries", bootname);
    if (/^\d{1,2}$/.test(tries) && Number(tries) <= MAX_TRIES) return { state, tries: Number(tries) };
    throw this.#odd(`get-tries ${bootname}`, tries, `0 to ${MAX_TRIES}`);
  }

  #stateOf(id: string, { state, tries }: { state: Health; tries: number | null }): SlotState {
    const usedUp = state === "trying" && tries === 0 && id !== this.#booted;
    return {
      id,
      health: usedUp ? "bad" : state,
      priority: null,
      triesLeft: tries,
      triesDone: null,
      successful: this.#confirms && state !== "unknown" ? state === "good" : null,
    };
  }

  async #idFrom(verb: string): Promise<string | null> {
    const name = await this.#script.ask(verb);
    if (name === "") return null;
    const slot = this.#slots.find(({ bootname }) => bootname === name);
    if (slot !== undefined) return slot.id;
    throw this.#odd(verb, name, this.#slots.map(({ bootname }) => bootname).join(", "));
  }

  #odd(question: string, answer: string, right: string): HoldfastError {
    const what = `${this.#script.path} ${question} answered "${answer.slice(0, 60)}"`;
    return new HoldfastError("badStore", `${what}, ${right} would be right`);
  }

  #callsFor(change: Change, before: StoreState): [string, ...string[]][] {
    const name = this.#slots.find(({ id }) => id === change.slot)?.bootname ?? "";
    const slot = before.slots.find(({ id }) => id === change.slot);
    switch (change.kind) {
      case "select":
        return this.#selectCalls(name, slot, change, before);
      case "mark-good":
        // A RAUC backend may have tries to refill even where it says good.
        return this.#confirms && slot?.health === "good" ? [] : [["set-state", name, "good"]];
      case "mark-bad":
        return [["set-state", name, "bad"]];
      case "set-tries":
        return [["set-tries", name, `${change.tries}`]];
      case "take-try": {
        const left = slot?.triesLeft ?? 0;
        const counts = slot?.health === "trying" && left > 0;
        return [
          ...(before.once === change.slot ? ([["clear-once"]] as [string][]) : []),
          ...(counts ? ([["set-tries", name, `${left - 1}`]] as [string, string, string][]) : []),
        ];
      }
    }
  }

  /** A slot that could not start gets fresh tries first, or the choice would change nothing. */
  #selectCalls(
    name: string,
    slot: SlotState | undefined,
    { once, slot: id }: Extract<Change, { kind: "select" }>,
    before: StoreState,
  ): [string, ...string[]][] {
    const spent = slot?.health === "bad" && this.capabilities.has("setTries");
    const tries = once ? 1 : this.freshTries;
    const refill: [string, ...string[]][] = spent ? [["set-tries", name, `${tries}`]] : [];
    if (once) return before.once === id ? refill : [...refill, ["set-once", name]];
    const forget: [string][] = before.once === null ? [] : [["clear-once"]];
    return [
      ...refill,
      ...forget,
      ...(before.default === id ? [] : ([["set-primary", name]] as [string, string][])),
    ];
  }
}

/** What was asked for and is not there; null when everything is. */
function missingAfter(change: Change, after: StoreState, before: StoreState): string | null {
  const slot = after.slots.find(({ id }) => id === change.slot);
  const was = before.slots.find(({ id }) => id === change.slot);
  switch (change.kind) {
    case "select": {
      const chosen = change.once ? after.once : after.default;
      const what = change.once ? "the slot of the next start" : "the default";
      return chosen === change.slot ? null : `${what} is ${chosen ?? "none"} and not ${change.slot}`;
    }
    case "mark-good":
      return slot?.health === "good" ? null : `slot ${change.slot} is ${slot?.health} and not good`;
    case "mark-bad":
      return slot?.health === "bad" ? null : `slot ${change.slot} is ${slot?.health} and not bad`;
    case "set-tries":
      return slot?.triesLeft === change.tries && slot.health === "trying"
        ? null
        : `slot ${change.slot} is ${slot?.health} with ${slot?.triesLeft} tries, not trying with ${change.tries}`;
    case "take-try": {
      const left = was?.health === "trying" ? Math.max((was.triesLeft ?? 0) - 1, 0) : was?.triesLeft;
      if (slot?.triesLeft === left && after.once !== change.slot) return null;
      return `the try of slot ${change.slot} was not written down`;
    }
  }
}
