import type { Capability, Change, Counting } from "../domain/slot.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { checkChange } from "./refusal.ts";
import { unknownSlot } from "./variable-style.ts";

/**
 * Slots that nobody keeps state of: those that nothing but the type of their partition tells. Each reads unknown, the
 * only one is the default, and every write is refused.
 */
export class UnkeptSlots implements BootControl {
  readonly scheme = "memory";
  readonly counting: Counting = "holdfast";
  readonly capabilities: ReadonlySet<Capability> = new Set();
  readonly freshTries: number;
  readonly #ids: readonly string[];

  constructor(ids: readonly string[], options: { readonly freshTries: number }) {
    this.freshTries = options.freshTries;
    this.#ids = ids;
  }

  async read(): Promise<StoreState> {
    const [only = null] = this.#ids.length === 1 ? this.#ids : [];
    return { slots: this.#ids.map(unknownSlot), default: only, once: null, problems: [] };
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(
      this,
      change,
      this.#ids.map((id) => ({ id })),
    );
    return this.read();
  }
}
