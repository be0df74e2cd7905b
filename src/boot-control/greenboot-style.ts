import { HoldfastError } from "../domain/errors.ts";
import type { Capability, Change, Health, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";
import { MAX_TRIES } from "./refusal.ts";
import { decimal, type Edits, unknownSlot, type VariableStyle, type Variables } from "./variable-style.ts";

/** A slot and what next_entry calls its menu entry: an id, a title or an index. */
export interface MenuEntry {
  readonly id: string;
  readonly entry: string;
}

/** Where newer GRUBs keep counters beside the file, in a raw block that overrides it. */
const RAW_BLOCK = "env_block";

/**
 * Fedora's counters, as GRUB's 08_fallback_counting and greenboot keep them: while boot_success is 0, each
 * start takes one off boot_counter, and at 0 the second menu entry starts instead of the first. There is one
 * counter, for the first entry; the others are what ran before it, and nothing is known of them. The order of
 * entries is not kept here, so a default cannot be chosen, only the entry of the next start (next_entry).
 */
export class GreenbootStyle implements VariableStyle {
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>([
    "triesLeft",
    "once",
    "markGood",
    "markBad",
    "setTries",
  ]);
  readonly freshTries: number;
  readonly maxTries = MAX_TRIES;
  readonly ids: readonly string[];
  readonly #slots: readonly MenuEntry[];

  /** `slots` in the order of GRUB's menu. */
  constructor(slots: readonly MenuEntry[], freshTries: number) {
    this.freshTries = freshTries;
    this.ids = slots.map((slot) => slot.id);
    this.#slots = slots;
  }

  stateOf(variables: Variables, booted: string | null): StoreState {
    const raw = variables.get(RAW_BLOCK);
    const problem = raw === undefined ? problemOf(variables) : rawBlock(raw);
    if (problem !== null) {
      return { slots: this.ids.map(unknownSlot), default: null, once: null, problems: [problem] };
    }
    const [first, ...others] = this.ids;
    const newest = first === undefined ? [] : [newestOf(first, variables, first === booted)];
    const next = newest[0]?.health === "bad" ? (others[0] ?? null) : (first ?? null);
    return {
      slots: [...newest, ...others.map(unknownSlot)],
      default: next,
      ...this.#onceOf(variables),
    };
  }

  edits(variables: Variables, change: Change): Edits {
    const raw = variables.get(RAW_BLOCK);
    const problem = raw === undefined ? problemOf(variables) : rawBlock(raw);
    if (problem !== null) throw new HoldfastError("badStore", `nothing was written: ${problem}`);
    const slot = this.#slots.find(({ id }) => id === change.slot) as MenuEntry;
    if (change.kind === "select") return new Map([["next_entry", slot.entry]]);
    if (change.kind === "take-try") return this.#takeTry(variables, slot);
    if (slot !== this.#slots[0]) {
      throw new HoldfastError(
        "refused",
        `GRUB counts for the first menu entry only, and ${slot.id} is another`,
      );
    }
    return counterEdits(change);
  }

  #takeTry(variables: Variables, slot: MenuEntry): Edits {
    const once = variables.get("next_entry") === slot.entry ? ([["next_entry", null]] as const) : [];
    const counter = decimal(variables.get("boot_counter")) ?? 0;
    const counts = slot === this.#slots[0] && variables.get("boot_success") !== "1" && counter > 0;
    return new Map([...once, ...(counts ? ([["boot_counter", `${counter - 1}`]] as const) : [])]);
  }

  #onceOf(variables: Variables): Pick<StoreState, "once" | "problems"> {
    const entry = variables.get("next_entry") ?? "";
    const slot = this.#slots.find((each) => each.entry === entry);
    if (entry === "" || slot !== undefined) return { once: slot?.id ?? null, problems: [] };
    return { once: null, problems: [`next_entry is "${entry}", which is the entry of no slot here`] };
  }
}

function counterEdits(change: Exclude<Change, { kind: "select" | "take-try" }>): Edits {
  if (change.kind === "mark-good") {
    return new Map([
      ["boot_success", "1"],
      ["boot_counter", null],
    ]);
  }
  return new Map([
    ["boot_success", "0"],
    ["boot_counter", change.kind === "mark-bad" ? "0" : `${change.tries}`],
  ]);
}

function newestOf(id: string, variables: Variables, isBooted: boolean): SlotState {
  const counter = decimal(variables.get("boot_counter"));
  const successful = variables.get("boot_success") === "1";
  return {
    id,
    health: healthOf(counter, successful, isBooted),
    priority: null,
    triesLeft: counter === null ? null : Math.max(counter, 0),
    triesDone: null,
    successful,
  };
}

/** Without a counter nothing is on trial, and GRUB never falls back. */
function healthOf(counter: number | null, successful: boolean, isBooted: boolean): Health {
  if (successful) return "good";
  if (counter === null || counter > 0) return "trying";
  // GRUB makes it -1 when it falls back; at 0 the entry may be running on its last try.
  return counter === 0 && isBooted ? "trying" : "bad";
}

function problemOf(variables: Variables): string | null {
  const counter = decimal(variables.get("boot_counter"));
  if (counter === null || counter >= -1) return null;
  return `boot_counter is "${variables.get("boot_counter")}", a whole number from -1 would be right`;
}

function rawBlock(value: string): string {
  return `GRUB keeps its counters in a raw block (env_block=${value}), which Holdfast cannot read yet`;
}
