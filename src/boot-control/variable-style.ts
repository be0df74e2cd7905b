import type { Capability, Change, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";

/** Variables of a bootloader's environment by name. */
export type Variables = ReadonlyMap<string, string>;

/** Variables to set, null to remove. */
export type Edits = ReadonlyMap<string, string | null>;

/**
 * What the variables of an environment say of slots: a convention between a bootloader's script and the
 * running system. Pure; reading and writing them is VariableStore's.
 */
export interface VariableStyle {
  readonly capabilities: ReadonlySet<Capability>;
  readonly freshTries: number;
  readonly maxTries: number;
  /** In table order. */
  readonly ids: readonly string[];
  stateOf(variables: Variables, booted: string | null): StoreState;
  /** Equals what is there where nothing changes. Throws `refused` for what cannot be written. */
  edits(variables: Variables, change: Change): Edits;
}

/** Where variables are kept. */
export interface VariableStore {
  /** `variables` is null when no copy could be read; then `problems` say why. */
  read(): Promise<{ readonly variables: Variables | null; readonly problems: readonly string[] }>;
  /**
   * Writes what `edit` makes of the variables, all in one step of the bootloader's own safe order, and reads
   * back (`notReadBack`). Nothing changed: nothing is written. Nothing readable: throws `badStore`.
   */
  update(edit: (variables: Variables) => Edits): Promise<void>;
}

/** A slot of which the store says nothing that could be understood. */
export function unknownSlot(id: string): SlotState {
  return { id, health: "unknown", priority: null, triesLeft: null, triesDone: null, successful: null };
}

/** A decimal number of a variable; null when it is not set, NaN when it is no number. */
export function decimal(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return null;
  return /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

/** The edits that would change something. */
export function changedOnly(variables: Variables, edits: Edits): Edits {
  return new Map([...edits].filter(([name, value]) => (variables.get(name) ?? null) !== value));
}
