import type { Capability, Change, Counting } from "../domain/slot.ts";
import type { BootControl, SchemeName, StoreState } from "./boot-control.ts";
import { checkChange } from "./refusal.ts";
import { unknownSlot, type VariableStore, type VariableStyle } from "./variable-style.ts";

export interface VariableOptions {
  readonly scheme: SchemeName;
  readonly counting: Counting;
  /** Slot that runs now, maybe on its last try. */
  readonly booted: string | null;
}

/** What opening a store of variables needs besides its section of the configuration. */
export interface VariableOpenOptions {
  /** Slot ids in table order; with greenboot in the order of GRUB's menu. */
  readonly slots: readonly string[];
  readonly counting: Counting;
  readonly freshTries: number;
  readonly booted: string | null;
  /** Sysroot that the store's files are looked up in; "/" when missing. */
  readonly root?: string | undefined;
  /** The store's own scheme when missing; "rauc" where RAUC's configuration led here. */
  readonly scheme?: SchemeName;
}

/** Slot state in variables: a store that knows where they lie, and a style that knows what they mean. */
export class VariableControl implements BootControl {
  readonly scheme: SchemeName;
  readonly counting: Counting;
  readonly capabilities: ReadonlySet<Capability>;
  readonly freshTries: number;
  readonly maxTries: number;
  readonly #store: VariableStore;
  readonly #style: VariableStyle;
  #booted: string | null;

  constructor(store: VariableStore, style: VariableStyle, options: VariableOptions) {
    this.scheme = options.scheme;
    this.counting = options.counting;
    this.capabilities = style.capabilities;
    this.freshTries = style.freshTries;
    this.maxTries = style.maxTries;
    this.#store = store;
    this.#style = style;
    this.#booted = options.booted;
  }

  async read(): Promise<StoreState> {
    const { variables, problems } = await this.#store.read();
    if (variables === null) {
      return { slots: this.#style.ids.map(unknownSlot), default: null, once: null, problems };
    }
    const state = this.#style.stateOf(variables, this.#booted);
    return { ...state, problems: [...problems, ...state.problems] };
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(
      this,
      change,
      this.#style.ids.map((id) => ({ id })),
    );
    await this.#store.update((variables) => this.#style.edits(variables, change));
    // Marked bad by somebody: no tries left now means what it says, no last try any more.
    if (change.kind === "mark-bad" && change.slot === this.#booted) this.#booted = null;
    return this.read();
  }
}
