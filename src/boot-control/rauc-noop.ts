import type { Capability, Change, Counting } from "../domain/slot.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { checkChange } from "./refusal.ts";
import { unknownSlot } from "./variable-style.ts";

/** RAUC's bootloader=noop: nobody keeps slot state, so every slot reads unknown and every write is refused. */
export class RaucNoop implements BootControl {
  readonly scheme = "rauc";
  readonly counting: Counting;
  readonly capabilities: ReadonlySet<Capability> = new Set();
  readonly freshTries: number;
  readonly #slots: readonly string[];

  constructor(slots: readonly string[], options: { counting: Counting; freshTries: number }) {
    this.counting = options.counting;
    this.freshTries = options.freshTries;
    this.#slots = slots;
  }

  async read(): Promise<StoreState> {
    const problems = ["RAUC's bootloader=noop keeps no slot state"];
    return { slots: this.#slots.map(unknownSlot), default: null, once: null, problems };
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(
      this,
      change,
      this.#slots.map((id) => ({ id })),
    );
    return this.read();
  }
}
