import type { StoreState } from "../boot-control/boot-control.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { needsTry } from "../domain/decide-boot.ts";
import { secondCommandLine } from "../domain/own-kernel.ts";
import type { Counters, Layers, Reason } from "../domain/plan.ts";
import type { SlotState } from "../domain/slot.ts";
import type { EnterPlan, PlanOptions } from "./device.ts";
import { type Parts, placeOf } from "./device-parts.ts";
import type { SlotRoots } from "./slot-roots.ts";
import { type SlotStore, slotIn } from "./slot-store.ts";

/** Word of the kernel command line for a start without extensions and without the writable layer. */
const SAFE_WORD = "holdfast.safe";

/** Makes the plans that enter a slot, and writes down what they spend. */
export class EntryPlans {
  readonly #parts: Parts;
  readonly #store: SlotStore;
  readonly #roots: SlotRoots;

  constructor(parts: Parts, store: SlotStore, roots: SlotRoots) {
    this.#parts = parts;
    this.#store = store;
    this.#roots = roots;
  }

  /** See `Device.planFor`. */
  async planFor(slot: string, reason: Reason, options: PlanOptions): Promise<EnterPlan> {
    const { identity } = placeOf(this.#parts.places, slot);
    const { kernel } = await this.#roots.describe(slot);
    if (kernel === undefined) {
      const root = await this.#roots.mountOf(slot);
      const layers = await this.#layersOf(slot, this.#isSafe(options));
      return this.#spend(slot, reason, options, (counters) => ({
        ...{ action: "switch-root", slot, identity, root, counters, layers, reason },
      }));
    }
    const running = this.#parts.commandLine;
    const words = secondCommandLine(kernel.options, { slot, identity, running });
    const commandLine = this.#isSafe(options) ? `${words} ${SAFE_WORD}` : words;
    const { loadOwnKernel } = await import("./own-kernel.ts");
    await loadOwnKernel(kernel, commandLine, this.#roots.workDir);
    return this.#spend(slot, reason, options, () => ({
      ...{ action: "kexec", slot, kernel, commandLine, reason },
    }));
  }

  /** Writes down that the slot is entered by this plan, and its try where Holdfast counts. */
  async #spend(
    slot: string,
    reason: Reason,
    { console, keep }: PlanOptions,
    planWith: (counters: Counters) => EnterPlan,
  ): Promise<EnterPlan> {
    const { control, history, readOnly } = this.#parts;
    const state = await this.#store.read();
    const before = slotIn(state, slot);
    keep?.(planWith(countersOf(before)));
    const after = this.#countsFor(state, before)
      ? slotIn(await control.apply({ kind: "take-try", slot }), slot)
      : before;
    // After the try: the supervisor goes by the last entry, and a slot whose try cannot be written could fail
    // for ever.
    if (readOnly === null) {
      const confirmed = before.health === "good";
      await history.recordEntry({ slot, reason, console: console ?? null, confirmed });
    }
    return planWith(countersOf(after));
  }

  /** Whether entering the slot is written down: its try, or that the wish for one start was granted. */
  #countsFor(state: StoreState, slot: SlotState): boolean {
    const { control, bootedByBootloader, readOnly } = this.#parts;
    const ours = control.counting === "holdfast" && slot.id !== bootedByBootloader && readOnly === null;
    return ours && (needsTry(slot) || state.once === slot.id);
  }

  /** A person or the kernel command line asked for a start without layers. */
  #isSafe({ safe = false }: PlanOptions): boolean {
    return safe || parseCommandLine(this.#parts.commandLine).has(SAFE_WORD);
  }

  async #layersOf(slot: string, safe: boolean): Promise<Layers> {
    const { flag } = this.#parts.developerFlag();
    if (flag === null) return { image: null, developer: null, safe };
    const { features, ephemeral } = flag;
    const image = features.includes("writable-usr") ? await this.#roots.imageKey(slot) : null;
    return { image, developer: { features, ephemeral }, safe };
  }
}

function countersOf({ priority, triesLeft, triesDone }: SlotState): Counters {
  return { priority, triesLeft, triesDone };
}
