import { HoldfastError } from "../domain/errors.ts";
import type { Capability, Change, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";
import { MAX_TRIES } from "./refusal.ts";
import { decimal, type Edits, unknownSlot, type VariableStyle, type Variables } from "./variable-style.ts";

/** A slot and the variables, with their values, by which the board's boot script chooses it. */
export interface ChosenBy {
  readonly id: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The counter's variables. */
interface Counter {
  /** upgrade_available is set: starts are counted, the chosen slot is not confirmed. */
  readonly onTrial: boolean;
  readonly count: number;
  /** 0: no limit, U-Boot never runs altbootcmd. */
  readonly limit: number;
}

/**
 * U-Boot's own boot counter kept in the environment (doc/api/bootcount.rst, common/autoboot.c): while
 * upgrade_available is set, each start adds one to bootcount, and above bootlimit altbootcmd runs instead of
 * bootcmd. There is one counter, for the slot that the board's own variables choose; of other slots nothing
 * is known. What altbootcmd starts is the board's affair: with two slots it is taken to be the other one.
 */
export class BootcountStyle implements VariableStyle {
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>([
    "triesLeft",
    "triesDone",
    "select",
    "markGood",
    "markBad",
    "setTries",
  ]);
  readonly freshTries: number;
  readonly maxTries = MAX_TRIES;
  readonly ids: readonly string[];
  readonly #slots: readonly ChosenBy[];

  constructor(slots: readonly ChosenBy[], freshTries: number) {
    this.freshTries = freshTries;
    this.ids = slots.map((slot) => slot.id);
    this.#slots = slots;
    checkVariables(slots);
  }

  stateOf(variables: Variables, booted: string | null): StoreState {
    const chosen = this.#chosen(variables);
    const counter = counterOf(variables);
    const slots = this.#slots.map((slot) =>
      slot === chosen && counter !== null
        ? stateOf(slot.id, counter, slot.id === booted)
        : unknownSlot(slot.id),
    );
    const { next, problems } = this.#nextOf(slots, chosen);
    return {
      slots,
      default: next,
      once: null,
      problems: [...problems, ...(counter === null ? [`${badNumber(variables)}; nothing is written`] : [])],
    };
  }

  edits(variables: Variables, change: Change): Edits {
    const counter = counterOf(variables);
    if (counter === null) throw new HoldfastError("badStore", `nothing was written: ${badNumber(variables)}`);
    const slot = this.#slots.find(({ id }) => id === change.slot) as ChosenBy;
    const isChosen = slot === this.#chosen(variables);
    if (change.kind === "select") {
      const usable = isChosen && (!counter.onTrial || counter.limit === 0 || counter.count < counter.limit);
      return usable
        ? new Map()
        : new Map([...Object.entries(slot.variables), ...trial(variables, counter, 0)]);
    }
    if (!isChosen) {
      throw new HoldfastError("refused", `U-Boot counts for the chosen slot only, and ${slot.id} is not it`, {
        next: `choose it first: holdfast select ${slot.id}`,
      });
    }
    return counterEdits(variables, counter, change);
  }

  #chosen(variables: Variables): ChosenBy | undefined {
    return this.#slots.find((slot) => isChosen(slot, variables));
  }

  #nextOf(
    slots: readonly SlotState[],
    chosen: ChosenBy | undefined,
  ): { next: string | null; problems: string[] } {
    if (chosen === undefined) {
      const names = Object.keys(this.#slots[0]?.variables ?? {}).join(", ");
      return { next: null, problems: [`${names}: the values choose no slot of the configuration`] };
    }
    const health = slots.find(({ id }) => id === chosen.id)?.health;
    if (health !== "bad") return { next: chosen.id, problems: [] };
    const others = slots.filter(({ id }) => id !== chosen.id);
    const next = others.length === 1 ? (others[0]?.id ?? null) : null;
    const told = `slot ${chosen.id} used up bootlimit: U-Boot runs altbootcmd, which is the board's own script`;
    return { next, problems: [told] };
  }
}

function checkVariables(slots: readonly ChosenBy[]): void {
  const texts = slots.map(({ variables }) => JSON.stringify(Object.entries(variables).sort()));
  const wrong = slots.findIndex(
    (_, index) => texts[index] === "[]" || texts.indexOf(texts[index] as string) !== index,
  );
  if (wrong === -1) return;
  const what = "slot_variables has to name variables and values that choose it and no other slot";
  throw new HoldfastError("badConfig", `slot ${slots[wrong]?.id}: ${what}`);
}

function isChosen(slot: ChosenBy, variables: Variables): boolean {
  return Object.entries(slot.variables).every(([name, value]) => variables.get(name) === value);
}

/** Null when one of the numbers is none. */
function counterOf(variables: Variables): Counter | null {
  const upgrade = decimal(variables.get("upgrade_available")) ?? 0;
  const count = decimal(variables.get("bootcount")) ?? 0;
  const limit = decimal(variables.get("bootlimit")) ?? 0;
  return upgrade >= 0 && count >= 0 && limit >= 0 ? { onTrial: upgrade !== 0, count, limit } : null;
}

function badNumber(variables: Variables): string {
  const names = ["upgrade_available", "bootcount", "bootlimit"];
  const name = names.find((each) => !((decimal(variables.get(each)) ?? 0) >= 0)) ?? "";
  return `${name} is "${variables.get(name)}", a whole number would be right`;
}

function stateOf(id: string, { onTrial, count, limit }: Counter, isBooted: boolean): SlotState {
  const left = limit === 0 ? null : Math.max(limit - count, 0);
  const inTrial = left !== 0 || isBooted ? "trying" : "bad";
  return {
    id,
    health: onTrial ? inTrial : "good",
    priority: null,
    triesLeft: onTrial ? left : 0,
    triesDone: count,
    successful: !onTrial,
  };
}

function counterEdits(
  variables: Variables,
  counter: Counter,
  change: Exclude<Change, { kind: "select" }>,
): Edits {
  switch (change.kind) {
    case "mark-good":
      return new Map([
        ["upgrade_available", "0"],
        ["bootcount", "0"],
      ]);
    case "mark-bad":
      needLimit(counter, "to mark a slot bad");
      return trial(variables, counter, counter.limit + 1);
    case "set-tries":
      needLimit(counter, "to give a slot tries");
      if (change.tries > counter.limit) {
        const what = `${change.tries} tries are more than bootlimit, which is ${counter.limit}`;
        throw new HoldfastError("refused", what);
      }
      return trial(variables, counter, counter.limit - change.tries);
    case "take-try":
      return new Map(counter.onTrial ? [["bootcount", `${counter.count + 1}`]] : []);
  }
}

/** A trial that began `count` starts ago. A device whose altbootcmd is missing would stay at U-Boot's prompt. */
function trial(variables: Variables, { limit }: Counter, count: number): Edits {
  if (limit > 0 && (variables.get("altbootcmd") ?? "") === "") {
    throw new HoldfastError(
      "refused",
      "altbootcmd is not set: U-Boot would stay at its prompt after the tries",
      {
        next: "set altbootcmd in the U-Boot environment first",
      },
    );
  }
  return new Map([
    ["upgrade_available", "1"],
    ["bootcount", `${count}`],
  ]);
}

function needLimit({ limit }: Counter, what: string): void {
  if (limit > 0) return;
  throw new HoldfastError("refused", `bootlimit is not set, and without it U-Boot has no way ${what}`);
}
