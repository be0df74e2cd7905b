import { bootOptionName, encodeBootNumbers } from "../bytes/boot-option.ts";
import { EFI_PERSISTENT } from "../bytes/efi-variable.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Capability, Change, Counting, SlotState } from "../domain/slot.ts";
import type { EfiVariables } from "../linux/efivars.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { type BootOptions, type NumberedOption, readBootOptions } from "./boot-options.ts";
import type { NamedSlot } from "./rauc-order.ts";
import { checkChange } from "./refusal.ts";
import { unknownSlot } from "./variable-style.ts";

export interface RaucEfiOptions {
  /** In table order. */
  readonly slots: readonly NamedSlot[];
  readonly counting: Counting;
  readonly freshTries: number;
  readonly booted: string | null;
}

/** A slot with the boot option that is called like it, or why there is none to go by. */
interface Bound {
  readonly slot: NamedSlot;
  readonly option: NumberedOption | null;
  readonly problem: string | null;
}

/**
 * RAUC's bootloader=efi (rauc: src/bootloaders/efi.c): the firmware's own boot order, in which the boot option
 * with the description of a slot's bootname is the slot. In BootOrder is good, out of it is bad, the first
 * boots; BootNext is for one start. Nobody counts. A good mark of the running slot puts it in front, as RAUC
 * does: with efi-use-bootnext that mark is what makes a trial the default. Any other slot that is marked good
 * comes back behind the others.
 */
export class RaucEfi implements BootControl {
  readonly scheme = "rauc";
  readonly counting: Counting;
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>([
    "select",
    "once",
    "markGood",
    "markBad",
  ]);
  readonly freshTries: number;
  readonly #variables: EfiVariables;
  readonly #slots: readonly NamedSlot[];
  readonly #booted: string | null;

  /** `variables` are those of the vendor GLOBAL_VENDOR. */
  constructor(variables: EfiVariables, options: RaucEfiOptions) {
    this.counting = options.counting;
    this.freshTries = options.freshTries;
    this.#variables = variables;
    this.#slots = options.slots;
    this.#booted = options.booted;
  }

  async read(): Promise<StoreState> {
    const found = readBootOptions(this.#variables);
    const bound = this.#bind(found);
    const slotOf = (number: number | null) =>
      bound.find(({ option }) => number !== null && option?.number === number)?.slot.id ?? null;
    const { order } = found;
    const starting = (order ?? []).filter((number) => isActive(found, number));
    return {
      slots: bound.map((each) => stateOf(each, order)),
      default: starting.map(slotOf).find((id) => id !== null) ?? null,
      once: slotOf(found.next),
      problems: [
        ...found.problems,
        ...(order === null && this.#variables.available ? ["BootOrder is not set"] : []),
        ...bound.flatMap(({ problem }) => problem ?? []),
        ...foreignFirst(found, starting, slotOf),
      ],
    };
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(this, change, this.#slots);
    const found = readBootOptions(this.#variables);
    const bound = this.#bind(found);
    const own = bound.find(({ slot }) => slot.id === change.slot) as Bound;
    const { number } = change.kind === "mark-bad" ? existing(own) : usable(own);
    if (change.kind === "select" && change.once) this.#put("BootNext", [number], found.next);
    else {
      this.#put("BootOrder", this.#orderAfter(change, number, found), found.order);
      this.#forgetNext(change, number, found, bound);
    }
    return this.read();
  }

  #bind({ options }: BootOptions): Bound[] {
    return this.#slots.map((slot) => {
      const called = options.filter(({ description }) => description === slot.bootname);
      const [option, twin] = called;
      if (option !== undefined && twin === undefined) return { slot, option, problem: null };
      const names = called.map((each) => bootOptionName(each.number)).join(" and ");
      const problem =
        option === undefined
          ? `no boot option of the firmware is called "${slot.bootname}"`
          : `${names} are both called "${slot.bootname}"`;
      return { slot, option: null, problem };
    });
  }

  #orderAfter(change: Change, number: number, { order }: BootOptions): readonly number[] {
    if (order === null) throw new HoldfastError("badStore", "nothing was written: BootOrder cannot be read");
    const others = order.filter((each) => each !== number);
    if (change.kind === "mark-bad") {
      if (others.length > 0 || order.length === 0) return others;
      throw new HoldfastError("refused", `${bootOptionName(number)} is all that BootOrder names`, {
        next: "select another slot first: without an order the firmware starts what it likes",
      });
    }
    if (change.kind === "select" || change.slot === this.#booted) return [number, ...others];
    return order.includes(number) ? order : [...order, number];
  }

  /** Takes back a wish for one start that would go before the default asked for just now, or start what is bad. */
  #forgetNext(change: Change, number: number, { next }: BootOptions, bound: readonly Bound[]): void {
    const isSlot = bound.some(({ option }) => next !== null && option?.number === next);
    const isOld = change.kind === "select" ? next !== number : change.kind === "mark-bad" && next === number;
    if (isSlot && isOld) this.#variables.remove("BootNext");
  }

  /** Writes nothing where the numbers are there already. */
  #put(name: string, numbers: readonly number[], before: readonly number[] | number | null): void {
    if (numbers.join() === (before ?? "").toString()) return;
    this.#variables.write(name, { attributes: EFI_PERSISTENT, data: encodeBootNumbers(numbers) });
  }
}

function existing({ option, problem }: Bound): NumberedOption {
  if (option !== null) return option;
  throw new HoldfastError("badStore", `nothing was written: ${problem}`, {
    next: "efibootmgr --create with --label makes a boot option, --delete-bootnum takes one away",
  });
}

function usable(bound: Bound): NumberedOption {
  const option = existing(bound);
  if (option.active) return option;
  const name = bootOptionName(option.number);
  throw new HoldfastError("refused", `${name} ("${option.description}") is inactive: the firmware skips it`, {
    next: `efibootmgr --bootnum ${name.slice(4)} --active makes it active`,
  });
}

function stateOf({ slot, option }: Bound, order: readonly number[] | null): SlotState {
  if (option === null || order === null) return unknownSlot(slot.id);
  const at = order.indexOf(option.number);
  return {
    ...unknownSlot(slot.id),
    health: at >= 0 && option.active ? "good" : "bad",
    priority: at >= 0 ? order.length - at : 0,
  };
}

function isActive({ options }: BootOptions, wanted: number): boolean {
  return options.some(({ number, active }) => number === wanted && active);
}

/** What the firmware starts before any slot, as a sentence. */
function foreignFirst(
  { options }: BootOptions,
  [first]: readonly number[],
  slotOf: (number: number) => string | null,
): string[] {
  if (first === undefined || slotOf(first) !== null) return [];
  const description = options.find(({ number }) => number === first)?.description ?? "";
  return [`BootOrder begins with ${bootOptionName(first)} ("${description}"), which is no slot here`];
}
