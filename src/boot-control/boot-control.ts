import type { SchemeName } from "../domain/scheme.ts";
import type { Capability, Change, Counting, SlotState } from "../domain/slot.ts";

export type { SchemeName } from "../domain/scheme.ts";

/** Everything that a store holds at one moment. */
export interface StoreState {
  /** In the order of the configuration's slot table. */
  readonly slots: readonly SlotState[];
  /** The slot that the store's own rule boots next, `once` left aside; null when none can boot. */
  readonly default: string | null;
  readonly once: string | null;
  /** Sentences about damage that did not stop the reading, such as a bad second copy of a table. */
  readonly problems: readonly string[];
}

/**
 * One place where slot state is kept. `read` never writes. `apply` refuses what `capabilities` lacks
 * (`refused`), writes in the scheme's safe order, reads back (`notReadBack`) and answers the new state;
 * when nothing would change it writes nothing.
 */
export interface BootControl {
  readonly scheme: SchemeName;
  readonly counting: Counting;
  readonly capabilities: ReadonlySet<Capability>;
  /** Tries that a slot gets when it is given fresh ones. */
  readonly freshTries: number;
  /** Most tries that the store holds; 15 when missing. */
  readonly maxTries?: number;
  read(): Promise<StoreState>;
  apply(change: Change): Promise<StoreState>;
}
