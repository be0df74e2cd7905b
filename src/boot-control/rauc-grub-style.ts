import type { Change, Health, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";
import {
  foreignNames,
  type NamedSlot,
  orderOrTable,
  priorityIn,
  splitOrder,
  withFirst,
  withName,
  withoutName,
} from "./rauc-order.ts";
import { TRIES_AND_DEFAULT } from "./refusal.ts";
import { decimal, type Edits, type VariableStyle, type Variables } from "./variable-style.ts";

/** A slot as the variables tell it; `ok` and `tried` are null when they are set to neither 0 nor 1. */
interface Flags {
  readonly slot: NamedSlot;
  readonly inOrder: boolean;
  readonly ok: boolean | null;
  readonly tried: boolean | null;
}

/**
 * RAUC's variables for GRUB (rauc: src/bootloaders/grub.c, contrib/grub.conf): ORDER, <bootname>_OK and
 * <bootname>_TRY. GRUB starts the first of ORDER that is OK and not tried, and sets TRY, which a good mark
 * takes back: one try per slot. OK is also set for a slot that never ran, so nothing here says confirmed.
 */
export class RaucGrubStyle implements VariableStyle {
  readonly capabilities = TRIES_AND_DEFAULT;
  readonly freshTries = 1;
  readonly maxTries = 1;
  readonly ids: readonly string[];
  readonly #slots: readonly NamedSlot[];

  constructor(slots: readonly NamedSlot[]) {
    this.ids = slots.map((slot) => slot.id);
    this.#slots = slots;
  }

  stateOf(variables: Variables, booted: string | null): StoreState {
    const order = orderOrTable(variables.get("ORDER"), this.#slots);
    const flags = this.#slots.map((slot) => flagsOf(slot, order, variables));
    const ordered = order.map((name) => flags.find(({ slot }) => slot.bootname === name));
    const unset = splitOrder(variables.get("ORDER")).length === 0;
    return {
      slots: flags.map((each) => stateOf(each, order, booted)),
      default: ordered.find((each) => each?.ok === true && each.tried === false)?.slot.id ?? null,
      once: null,
      problems: [
        ...(unset ? ["ORDER is not set; GRUB takes the order that its configuration has"] : []),
        ...foreignNames("ORDER", order, this.#slots),
        ...flags.flatMap(problemOf),
      ],
    };
  }

  edits(variables: Variables, change: Change): Edits {
    const { bootname } = this.#slots.find(({ id }) => id === change.slot) as NamedSlot;
    const order = orderOrTable(variables.get("ORDER"), this.#slots);
    const put = (names: readonly string[], ok: "0" | "1") =>
      new Map([
        ["ORDER", names.join(" ")],
        [`${bootname}_OK`, ok],
        [`${bootname}_TRY`, "0"],
      ]);
    switch (change.kind) {
      case "select":
        return put(withFirst(order, bootname), "1");
      case "mark-good":
      case "set-tries":
        return put(withName(order, bootname), "1");
      case "mark-bad":
        return put(withoutName(order, bootname), "0");
      case "take-try":
        return new Map([[`${bootname}_TRY`, "1"]]);
    }
  }
}

function flagsOf(slot: NamedSlot, order: readonly string[], variables: Variables): Flags {
  const flag = (name: string, unset: boolean | null): boolean | null => {
    const value = decimal(variables.get(`${slot.bootname}_${name}`));
    if (value === null) return unset;
    return value === 0 || value === 1 ? value === 1 : null;
  };
  return {
    slot,
    inOrder: order.includes(slot.bootname),
    ok: flag("OK", null),
    tried: flag("TRY", false),
  };
}

function stateOf(flags: Flags, order: readonly string[], booted: string | null): SlotState {
  const { slot, inOrder, ok, tried } = flags;
  const isKnown = ok !== null && tried !== null;
  return {
    id: slot.id,
    health: healthOf(flags, slot.id === booted),
    priority: priorityIn(order, slot),
    triesLeft: isKnown ? Number(inOrder && ok && !tried) : null,
    triesDone: null,
    successful: null,
  };
}

function healthOf({ inOrder, ok, tried }: Flags, isBooted: boolean): Health {
  if (!inOrder || ok === false) return "bad";
  if (ok === null || tried === null) return "unknown";
  return !tried || isBooted ? "trying" : "bad";
}

function problemOf({ slot, inOrder, ok, tried }: Flags): string[] {
  if (!inOrder || (ok !== null && tried !== null)) return [];
  const name = `${slot.bootname}_${ok === null ? "OK" : "TRY"}`;
  return [`${name} is not set or no flag, 0 or 1 would be right`];
}
