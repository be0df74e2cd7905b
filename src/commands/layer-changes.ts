import { HoldfastError } from "../domain/errors.ts";
import { History } from "../state/history.ts";
import { historyDirOf } from "./boot-state.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, stateDirOf } from "./options.ts";

export const NO_STATE = "There is no state partition that could keep it.";

/** What every change of developer mode and of extensions takes. */
export class LayerChanges {
  readonly #options: GlobalOptions;
  readonly #device: Device;

  constructor(options: GlobalOptions, device: Device) {
    this.#options = options;
    this.#device = device;
  }

  /**
   * Where the state partition is mounted that keeps the change.
   * @throws HoldfastError `refused` for anybody but root, on a device that is only read, and without that partition.
   */
  begin(): string {
    if (process.getuid?.() !== 0) {
      throw new HoldfastError("refused", "Only root can change developer mode and extensions.", {
        next: "Run it as root.",
      });
    }
    const { readOnly } = this.#device;
    if (readOnly !== null) throw new HoldfastError("refused", `Nothing was changed: ${readOnly.text}`);
    const state = stateDirOf(this.#options);
    if (state === null) throw new HoldfastError("refused", NO_STATE);
    return state;
  }

  /** Keeps in the history what was done, as a sentence; `from` is the console. */
  async remember(what: string, from: string | null): Promise<void> {
    await new History(historyDirOf(this.#options)).recordDone("developer", what, from);
  }
}
