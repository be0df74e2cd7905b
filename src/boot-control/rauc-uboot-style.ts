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
import type { Edits, VariableStyle, Variables } from "./variable-style.ts";

/** RAUC reads and writes BOOT_x_LEFT as hexadecimal, bootmeth_rauc as decimal: up to 9 they agree. */
const MAX_LEFT = 9;

export interface RaucTries {
  /** RAUC's boot-attempts: what a good mark refills a slot to. */
  readonly attempts: number;
  /** RAUC's boot-attempts-primary: what a slot gets that is made the default. */
  readonly attemptsPrimary: number;
}

/** A slot as the variables tell it; `left` is null when it is not set and NaN when it is no number. */
interface Counted {
  readonly slot: NamedSlot;
  readonly inOrder: boolean;
  readonly left: number | null;
}

/**
 * RAUC's variables for U-Boot (rauc: src/bootloaders/uboot.c, contrib/uboot.sh; U-Boot: bootmeth_rauc.c):
 * BOOT_ORDER="A B" and BOOT_<bootname>_LEFT. Every start takes a try and a good mark refills them, so a slot
 * with tries left is never known to be confirmed: it reads trying, and successful is null.
 */
export class RaucUbootStyle implements VariableStyle {
  readonly capabilities = TRIES_AND_DEFAULT;
  readonly freshTries: number;
  readonly maxTries = MAX_LEFT;
  readonly ids: readonly string[];
  readonly #slots: readonly NamedSlot[];
  readonly #tries: RaucTries;

  constructor(slots: readonly NamedSlot[], tries: RaucTries) {
    this.freshTries = tries.attempts;
    this.ids = slots.map((slot) => slot.id);
    this.#slots = slots;
    this.#tries = tries;
  }

  stateOf(variables: Variables, booted: string | null): StoreState {
    const order = orderOrTable(variables.get("BOOT_ORDER"), this.#slots);
    const counted = this.#slots.map((slot) => countedOf(slot, order, variables));
    const able = order.map((name) => counted.find(({ slot }) => slot.bootname === name));
    const unset = splitOrder(variables.get("BOOT_ORDER")).length === 0;
    return {
      slots: counted.map((each) => stateOf(each, order, booted)),
      default: able.find((each) => (each?.left ?? 0) > 0)?.slot.id ?? null,
      once: null,
      problems: [
        ...(unset ? ["BOOT_ORDER is not set; the boot script takes the order that is built into it"] : []),
        ...foreignNames("BOOT_ORDER", order, this.#slots),
        ...counted.flatMap((each) => problemOf(each, variables)),
      ],
    };
  }

  edits(variables: Variables, change: Change): Edits {
    const slot = this.#slots.find(({ id }) => id === change.slot) as NamedSlot;
    const order = orderOrTable(variables.get("BOOT_ORDER"), this.#slots);
    const name = slot.bootname;
    const { left } = countedOf(slot, order, variables);
    const put = (names: readonly string[], tries: number) =>
      new Map([
        ["BOOT_ORDER", names.join(" ")],
        [leftName(slot), tries.toString(16)],
      ]);
    switch (change.kind) {
      case "select":
        return put(withFirst(order, name), this.#tries.attemptsPrimary);
      case "mark-good":
        return put(withName(order, name), this.#tries.attempts);
      case "mark-bad":
        return put(withoutName(order, name), 0);
      case "set-tries":
        return put(withName(order, name), change.tries);
      case "take-try":
        return new Map(left === null || !(left > 0) ? [] : [[leftName(slot), (left - 1).toString(16)]]);
    }
  }
}

function leftName(slot: NamedSlot): string {
  return `BOOT_${slot.bootname}_LEFT`;
}

function countedOf(slot: NamedSlot, order: readonly string[], variables: Variables): Counted {
  const text = variables.get(leftName(slot))?.trim() ?? "";
  const left = /^(0x)?[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  return { slot, inOrder: order.includes(slot.bootname), left: text === "" ? null : left };
}

function stateOf(
  { slot, inOrder, left }: Counted,
  order: readonly string[],
  booted: string | null,
): SlotState {
  const isKnown = left !== null && !Number.isNaN(left);
  return {
    id: slot.id,
    health: healthOf(inOrder, isKnown ? left : null, slot.id === booted),
    priority: priorityIn(order, slot),
    triesLeft: isKnown ? left : null,
    triesDone: null,
    successful: null,
  };
}

function healthOf(inOrder: boolean, left: number | null, isBooted: boolean): Health {
  if (!inOrder) return "bad";
  if (left === null) return "unknown";
  return left > 0 || isBooted ? "trying" : "bad";
}

function problemOf({ slot, inOrder, left }: Counted, variables: Variables): string[] {
  const name = leftName(slot);
  if (!inOrder) return [];
  if (left === null) return [`${name} is not set; the boot script sets it at the next start`];
  if (!Number.isNaN(left)) return [];
  return [`${name} is "${variables.get(name)}", a number from 0 to ${MAX_LEFT} would be right`];
}
