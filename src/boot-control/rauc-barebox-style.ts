import type { Change, Health, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";
import type { NamedSlot } from "./rauc-order.ts";
import type { RaucTries } from "./rauc-uboot-style.ts";
import { MAX_TRIES, TRIES_AND_DEFAULT } from "./refusal.ts";
import { decimal, type Edits, type VariableStyle, type Variables } from "./variable-style.ts";

/** Priorities that RAUC gives the primary slot and the others (rauc: src/bootloaders/barebox.c). */
const PRIMARY = 20;
const OTHER = 10;

/** A slot as the variables tell it; null where one is not set, NaN where it is no number. */
interface Counted {
  readonly slot: NamedSlot;
  readonly priority: number | null;
  readonly attempts: number | null;
}

/**
 * RAUC's variables for barebox's bootchooser (rauc: src/bootloaders/barebox.c; barebox:
 * Documentation/user/bootchooser.rst): bootstate.<bootname>.priority and .remaining_attempts. barebox starts
 * the highest priority above 0 with attempts left and takes one at every start; a good mark refills them, so
 * nothing here says confirmed.
 */
export class RaucBareboxStyle implements VariableStyle {
  readonly capabilities = TRIES_AND_DEFAULT;
  readonly freshTries: number;
  readonly maxTries = MAX_TRIES;
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
    const counted = this.#slots.map((slot) => countedOf(slot, variables));
    const able = counted.filter(({ priority, attempts }) => (priority ?? 0) > 0 && (attempts ?? 0) > 0);
    const [first] = able.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
    return {
      slots: counted.map((each) => stateOf(each, booted)),
      default: first?.slot.id ?? null,
      once: null,
      problems: counted.flatMap((each) => problemOf(each, variables)),
    };
  }

  edits(variables: Variables, change: Change): Edits {
    const counted = this.#slots.map((slot) => countedOf(slot, variables));
    const own = counted.find(({ slot }) => slot.id === change.slot) as Counted;
    const others = counted.filter((each) => each !== own);
    const put = (priority: number, attempts: number) =>
      new Map([
        [priorityName(own.slot), `${priority}`],
        [attemptsName(own.slot), `${attempts}`],
      ]);
    switch (change.kind) {
      case "select": {
        // A slot at 0 is out of use and stays so.
        const shown = others.filter(({ priority }) => (priority ?? 0) > 0);
        const lowered = shown.map(({ slot }) => [priorityName(slot), `${OTHER}`] as const);
        return new Map([...lowered, ...put(PRIMARY, this.#tries.attemptsPrimary)]);
      }
      case "mark-good":
        return put(placeOf(own, others), this.#tries.attempts);
      case "set-tries":
        return put(placeOf(own, others), change.tries);
      case "mark-bad":
        return put(0, 0);
      case "take-try":
        return new Map(
          (own.attempts ?? 0) > 0 ? [[attemptsName(own.slot), `${(own.attempts ?? 0) - 1}`]] : [],
        );
    }
  }
}

/** The slot's priority; one that was taken out of use comes back behind all others. */
function placeOf(own: Counted, others: readonly Counted[]): number {
  if ((own.priority ?? 0) > 0) return own.priority ?? 0;
  const shown = others.flatMap(({ priority }) => ((priority ?? 0) > 0 ? [priority ?? 0] : []));
  return Math.max(1, Math.min(OTHER + 1, ...shown) - 1);
}

function priorityName({ bootname }: NamedSlot): string {
  return `bootstate.${bootname}.priority`;
}

function attemptsName({ bootname }: NamedSlot): string {
  return `bootstate.${bootname}.remaining_attempts`;
}

function countedOf(slot: NamedSlot, variables: Variables): Counted {
  const read = (name: string) => {
    const value = decimal(variables.get(name));
    return value !== null && value < 0 ? Number.NaN : value;
  };
  return { slot, priority: read(priorityName(slot)), attempts: read(attemptsName(slot)) };
}

function stateOf({ slot, priority, attempts }: Counted, booted: string | null): SlotState {
  const known = (value: number | null) => (value === null || Number.isNaN(value) ? null : value);
  return {
    id: slot.id,
    health: healthOf(known(priority), known(attempts), slot.id === booted),
    priority: known(priority),
    triesLeft: known(attempts),
    triesDone: null,
    successful: null,
  };
}

function healthOf(priority: number | null, attempts: number | null, isBooted: boolean): Health {
  if (priority === null || attempts === null) return "unknown";
  if (priority === 0) return "bad";
  return attempts > 0 || isBooted ? "trying" : "bad";
}

function problemOf({ slot, priority, attempts }: Counted, variables: Variables): string[] {
  const told = [
    [priorityName(slot), priority],
    [attemptsName(slot), attempts],
  ] as const;
  return told.flatMap(([name, value]) => {
    if (value === null) return [`barebox's state has no ${name}`];
    return Number.isNaN(value) ? [`${name} is "${variables.get(name)}", a whole number would be right`] : [];
  });
}
