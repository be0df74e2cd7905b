import type { CustomConfig } from "../config/schemes.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Capability, Change, Counting, Health, SlotState } from "../domain/slot.ts";
import { BackendScript } from "./backend-script.ts";
import type { BootControl, SchemeName, StoreState } from "./boot-control.ts";
import { callsFor, missingAfter } from "./custom-change.ts";
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
    const calls = callsFor(change, before, {
      bootname: this.#slots.find(({ id }) => id === change.slot)?.bootname ?? "",
      confirms: this.#confirms,
      setsTries: this.capabilities.has("setTries"),
      freshTries: this.freshTries,
    });
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
}
