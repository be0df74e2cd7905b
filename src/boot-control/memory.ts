import type { Capability, Change, Counting } from "../domain/slot.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { applyChange, COUNTER_CAPABILITIES, type CounterTable, freshTable, storeState } from "./counters.ts";
import { checkChange } from "./refusal.ts";

/** A store that lives as long as the process: the reference for the contract, and for tests without a disk. */
export class MemoryControl implements BootControl {
  readonly scheme = "memory";
  readonly counting: Counting = "holdfast";
  readonly capabilities: ReadonlySet<Capability> = new Set(COUNTER_CAPABILITIES);
  readonly freshTries: number;
  readonly #ids: readonly string[];
  readonly #booted: string | null;
  #table: CounterTable;

  constructor(ids: readonly string[], options: { freshTries: number; booted?: string | null }) {
    this.freshTries = options.freshTries;
    this.#ids = ids;
    this.#booted = options.booted ?? null;
    this.#table = freshTable(ids, options.freshTries);
  }

  async read(): Promise<StoreState> {
    return storeState(this.#ids, this.#table, this.#booted);
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(
      this,
      change,
      this.#ids.map((id) => ({ id })),
    );
    this.#table = applyChange(this.#table, change, this.freshTries);
    return this.read();
  }
}
