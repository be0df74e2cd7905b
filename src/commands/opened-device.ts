import type { StoreState } from "../boot-control/boot-control.ts";
import type { Discovery } from "../boot-control/decide-scheme.ts";
import { planRepairOf, repairGpt } from "../boot-control/gpt-repair.ts";
import type { SlotPlace } from "../boot-control/slot-place.ts";
import type { Config } from "../config/schema.ts";
import { type Decision, decideBoot, decideNext } from "../domain/decide-boot.ts";
import type { JudgedFlag } from "../domain/developer-flag.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Reason } from "../domain/plan.ts";
import type { SchemeName } from "../domain/scheme.ts";
import type { Change, Slot, SlotState } from "../domain/slot.ts";
import type { Booted, DeviceStatus } from "../domain/status.ts";
import { diskAt } from "../linux/disk.ts";
import type { RootDescription } from "../roots/partition.ts";
import { bootedSlot } from "./booted.ts";
import type { Device, EnterPlan, PlanOptions, Written } from "./device.ts";
import { type Parts, placeOf } from "./device-parts.ts";
import { EntryPlans } from "./entry-plans.ts";
import type { Requests } from "./requests.ts";
import { SlotRoots } from "./slot-roots.ts";
import { SlotStore, slotIn } from "./slot-store.ts";

/** A device whose configuration is loaded and whose store is found. */
export class OpenedDevice implements Device {
  readonly config: Config;
  readonly places: readonly SlotPlace[];
  readonly scheme: SchemeName;
  readonly readOnly: Reason | null;
  readonly booted: Booted | null;
  readonly discovery: Discovery;
  readonly requests: Requests;
  readonly notes: readonly string[];
  readonly failed: ReadonlyMap<string, string>;
  readonly #parts: Parts;
  readonly #store: SlotStore;
  readonly #roots: SlotRoots;
  readonly #plans: EntryPlans;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.config = parts.config;
    this.places = parts.places;
    this.scheme = parts.control.scheme;
    this.readOnly = parts.readOnly;
    this.discovery = parts.discovery;
    this.requests = parts.requests;
    this.notes = parts.notes;
    this.failed = parts.failed;
    this.booted = bootedSlot(parts);
    this.#store = new SlotStore(parts);
    this.#roots = new SlotRoots(parts);
    this.#plans = new EntryPlans(parts, this.#store, this.#roots);
  }

  problems(): readonly string[] {
    // A partition of an image file has no device node; that is no damage.
    const lost = this.places.filter((place) => place.identity === null && place.device === null);
    const missing = lost.flatMap((place) => place.problem ?? []);
    const { configProblems, history, requests } = this.#parts;
    const developer = this.developerFlag().problems;
    const others = [...configProblems, ...missing, ...developer, ...history.problems, ...requests.problems];
    return [...new Set([...this.#store.problems, ...others])];
  }

  state(): Promise<StoreState> {
    return this.#store.read();
  }

  async status(): Promise<DeviceStatus> {
    return this.#statusOf(await this.#store.read());
  }

  async decide(): Promise<Decision> {
    return decideBoot(await this.#store.facts(await this.#store.read()));
  }

  async next(): Promise<string | null> {
    return decideNext(await this.#store.facts(await this.#store.read())).slot;
  }

  describe(slot: string): Promise<RootDescription> {
    return this.#roots.describe(slot);
  }

  async write(change: Change, console?: string): Promise<Written> {
    const state = await this.#store.change(change, console ?? null);
    const { slot, reason } = decideNext(await this.#store.facts(state));
    const problems = this.#problemsWith(state);
    return { slot: slotIn(state, change.slot), next: { slot, reason }, problems };
  }

  async apply(change: Change, console?: string): Promise<DeviceStatus> {
    return this.#statusOf(await this.#store.change(change, console ?? null));
  }

  developerFlag(): JudgedFlag {
    return this.#parts.developerFlag();
  }

  imageKey(slot: string): Promise<string | null> {
    return this.#roots.imageKey(slot);
  }

  planFor(slot: string, reason: Reason, options: PlanOptions = {}): Promise<EnterPlan> {
    return this.#plans.planFor(slot, reason, options);
  }

  async repairs(): Promise<readonly string[]> {
    const plans = await Promise.all(this.#parts.disks.map((disk) => planRepairOf(diskAt(disk))));
    return plans.flatMap((plan) => plan?.text ?? []);
  }

  async repair(console?: string): Promise<readonly string[]> {
    // Which scheme it is does not matter to a partition table, a configuration that cannot be believed does.
    if (this.readOnly?.code === "bad-config") this.#store.refuseReadOnly();
    const done: string[] = [];
    for (const disk of this.#parts.disks) {
      const plan = await repairGpt(diskAt(disk));
      if (plan === null) continue;
      const what = `${disk}: the ${plan.role} GPT was written from the other copy`;
      await this.#parts.history.recordDone("repaired", what, console ?? null);
      done.push(what);
    }
    return done;
  }

  async markDamaged(slot: string, why: string): Promise<string | null> {
    const { control, history } = this.#parts;
    if (this.readOnly !== null || !control.capabilities.has("markBad")) return null;
    try {
      await control.apply({ kind: "mark-bad", slot });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return `${placeOf(this.places, slot).label} could not be marked bad: ${messageOf(error)}`;
    }
    await history.recordChange("mark-bad", slot, { reason: why });
    return null;
  }

  async noteCrash(): Promise<void> {
    if (this.readOnly !== null) return;
    const { history } = this.#parts;
    try {
      const { readCrash } = await import("../state/crash.ts");
      const { id, failure } = await readCrash();
      await history.recordCrash(id, failure);
    } catch (error) {
      history.problems.push(`What the kernel kept of a crash cannot be read: ${messageOf(error)}.`);
    }
  }

  async rememberTold(slot: string, reason: Reason): Promise<void> {
    await this.#parts.history.recordTold(slot, reason);
  }

  async #statusOf(state: StoreState): Promise<DeviceStatus> {
    const { control } = this.#parts;
    const { slot, reason } = decideNext(await this.#store.facts(state));
    const slots: Slot[] = [];
    // One after the other: two mounts at once would only fight for the same disk.
    for (const each of state.slots) slots.push(await this.#slotOf(each));
    return {
      scheme: control.scheme,
      counting: control.counting,
      capabilities: [...control.capabilities],
      freshTries: control.freshTries,
      booted: this.booted,
      default: state.default,
      once: state.once,
      next: { slot, reason },
      slots,
      problems: this.#problemsWith(state),
    };
  }

  #problemsWith(state: StoreState): string[] {
    return [...new Set([...state.problems, ...this.problems()])];
  }

  async #slotOf(state: SlotState): Promise<Slot> {
    const { label, identity, device } = placeOf(this.places, state.id);
    const { entry, entryReason, os } = await this.describe(state.id);
    return { ...state, label, entry, entryReason, identity, device, os };
  }
}
