import type { StoreState } from "../boot-control/boot-control.ts";
import { zeroNeverBoots } from "../boot-control/registry.ts";
import type { SlotPlace } from "../boot-control/slot-place.ts";
import type { HistoryEventName } from "../domain/boot-history.ts";
import type { BootFacts } from "../domain/decide-boot.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Change, SlotState } from "../domain/slot.ts";
import { type Parts, placeOf } from "./device-parts.ts";

/** The store of slot state of a device, with what else decides what boots. */
export class SlotStore {
  readonly #parts: Parts;
  #problems: readonly string[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sentences about what was amiss the last time that the store was read. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** What the store says; on the boot path one that cannot be read says that nothing is known. */
  async read(): Promise<StoreState> {
    const { control, mode, places } = this.#parts;
    try {
      const state = await control.read();
      this.#problems = state.problems;
      return state;
    } catch (error) {
      if (!mode.tolerant || !(error instanceof HoldfastError)) throw error;
      return { slots: places.map(unknownSlot), default: null, once: null, problems: [error.message] };
    }
  }

  /** Writes one change, and that it was made; throws `refused` where nothing may be written. */
  async change(change: Change, console: string | null): Promise<StoreState> {
    const { control, history, places } = this.#parts;
    placeOf(places, change.slot);
    this.refuseReadOnly();
    const state = await control.apply(change);
    await history.recordChange(eventOf(change), change.slot, { console });
    return state;
  }

  refuseReadOnly(): void {
    const { readOnly } = this.#parts;
    if (readOnly === null) return;
    throw new HoldfastError("refused", `Nothing was written: ${readOnly.text}`);
  }

  /** What decides, with the store as `state` has it. */
  async facts(state: StoreState): Promise<BootFacts> {
    const { control, bootedByBootloader, discovery, history, places } = this.#parts;
    return {
      slots: state.slots,
      default: state.default,
      once: state.once,
      counting: control.counting,
      zeroNeverBoots: zeroNeverBoots(control.scheme),
      bootedByBootloader,
      last: await history.last(),
      failures: history.failures(),
      isUnsure: control.scheme === "memory" && discovery.question !== null,
      labels: new Map(places.map((place) => [place.id, place.label])),
    };
  }
}

/** Names of changes in the history. */
function eventOf(change: Change): HistoryEventName {
  if (change.kind === "select") return change.once ? "once" : "select";
  return change.kind === "take-try" ? "entered" : change.kind;
}

function unknownSlot(place: SlotPlace): SlotState {
  const nothing = { priority: null, triesLeft: null, triesDone: null, successful: null };
  return { id: place.id, health: "unknown", ...nothing };
}

/** What the store says of one slot; throws `badStore` where that is nothing. */
export function slotIn(state: StoreState, id: string): SlotState {
  const slot = state.slots.find((each) => each.id === id);
  if (slot === undefined) throw new HoldfastError("badStore", `The store says nothing about slot "${id}".`);
  return slot;
}
