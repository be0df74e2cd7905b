import { join } from "node:path";
import type { BootControl, StoreState } from "../boot-control/boot-control.ts";
import type { Discovery } from "../boot-control/decide-scheme.ts";
import { planRepairOf, repairGpt } from "../boot-control/gpt-repair.ts";
import { zeroNeverBoots } from "../boot-control/registry.ts";
import type { SlotPlace } from "../boot-control/slot-place.ts";
import type { Config } from "../config/schema.ts";
import type { HistoryEventName } from "../domain/boot-history.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { type BootFacts, type Decision, decideBoot, decideNext, needsTry } from "../domain/decide-boot.ts";
import type { JudgedFlag } from "../domain/developer-flag.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { secondCommandLine } from "../domain/own-kernel.ts";
import type { Counters, Layers, Reason, RootMount } from "../domain/plan.ts";
import type { Change, Slot, SlotState } from "../domain/slot.ts";
import type { Booted, DeviceStatus } from "../domain/status.ts";
import { diskAt } from "../linux/disk.ts";
import { kernelRelease, usesModules } from "../linux/kernel.ts";
import { blocked, type describeRoot, type RootDescription } from "../roots/partition.ts";
import type { History } from "../state/history.ts";
import type { BootRecord } from "./boot-record.ts";
import { bootedSlot } from "./booted.ts";
import type { Device, EnterPlan, OpenMode, PlanOptions, Written } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import type { Requests } from "./requests.ts";

/** What openDevice gathered. */
export interface Parts {
  readonly control: BootControl;
  readonly places: readonly SlotPlace[];
  readonly bootedByBootloader: string | null;
  readonly inferred: string | null;
  readonly discovery: Discovery;
  /** Disks whose partition table the slots depend on. */
  readonly disks: readonly string[];
  readonly notes: readonly string[];
  readonly options: GlobalOptions;
  readonly config: Config;
  readonly mode: OpenMode;
  readonly readOnly: Reason | null;
  readonly history: History;
  /** Slots that could not be entered in this boot, with why. */
  readonly failed: ReadonlyMap<string, string>;
  readonly requests: Requests;
  readonly commandLine: string;
  readonly record: BootRecord | null;
  readonly configProblems: readonly string[];
  /** False where developer mode leaves the proof of images out (no-verity). */
  readonly enforceVerity: boolean;
  /** Looks into a root. */
  readonly describe: typeof describeRoot;
  /** What is believed about developer mode. */
  readonly developerFlag: () => JudgedFlag;
}

/** Word of the kernel command line for a start without extensions and without the writable layer. */
const SAFE_WORD = "holdfast.safe";

/** Names of changes in the history. */
function eventOf(change: Change): HistoryEventName {
  if (change.kind === "select") return change.once ? "once" : "select";
  return change.kind === "take-try" ? "entered" : change.kind;
}

/** A device whose configuration is loaded and whose store is found. */
export class OpenedDevice implements Device {
  readonly config: Config;
  readonly places: readonly SlotPlace[];
  readonly readOnly: Reason | null;
  readonly booted: Booted | null;
  readonly discovery: Discovery;
  readonly requests: Requests;
  readonly notes: readonly string[];
  readonly failed: ReadonlyMap<string, string>;
  readonly #parts: Parts;
  /** Roots do not change while a menu is open; looking inside means a mount. */
  readonly #descriptions = new Map<string, Promise<RootDescription>>();

  /** Of the last time that the store was read. */
  #storeProblems: readonly string[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.config = parts.config;
    this.places = parts.places;
    this.readOnly = parts.readOnly;
    this.discovery = parts.discovery;
    this.requests = parts.requests;
    this.notes = parts.notes;
    this.failed = parts.failed;
    this.booted = bootedSlot(parts);
  }

  problems(): readonly string[] {
    // A partition of an image file has no device node; that is no damage.
    const lost = this.places.filter((place) => place.identity === null && place.device === null);
    const missing = lost.flatMap((place) => place.problem ?? []);
    const { configProblems, history, requests } = this.#parts;
    const developer = this.developerFlag().problems;
    const others = [...configProblems, ...missing, ...developer, ...history.problems, ...requests.problems];
    return [...new Set([...this.#storeProblems, ...others])];
  }

  state(): Promise<StoreState> {
    return this.#read();
  }

  async status(): Promise<DeviceStatus> {
    return this.#statusOf(await this.#read());
  }

  async decide(): Promise<Decision> {
    return decideBoot(await this.#facts(await this.#read()));
  }

  async next(): Promise<string | null> {
    return decideNext(await this.#facts(await this.#read())).slot;
  }

  describe(slot: string): Promise<RootDescription> {
    const place = this.#place(slot);
    const known = this.#descriptions.get(slot);
    if (known !== undefined) return known;
    const why = this.failed.get(slot);
    if (why !== undefined) return Promise.resolve(blocked(why));
    const description = this.#describe(place);
    this.#descriptions.set(slot, description);
    return description;
  }

  async #describe(place: SlotPlace): Promise<RootDescription> {
    const verity = this.#verityOf(place);
    const description = await this.#parts.describe(
      { ...place, verity },
      {
        kernel: kernelRelease(),
        usesModules: usesModules(),
        init: this.config.boot.init,
        ownKernel: place.id === this.#parts.bootedByBootloader,
        workDir: this.#workDir,
      },
    );
    const choice = this.config.slot.find(({ id }) => id === place.id)?.kernel;
    const { device, base } = place;
    const { entry, fstype } = description;
    if (entry !== "reboot" || choice === undefined || device === null || fstype === null) return description;
    const { withOwnKernel } = await import("./own-kernel.ts");
    return withOwnKernel(
      description,
      choice,
      { device, fstype, verity, isUsr: base !== null },
      this.#workDir,
    );
  }

  /** Folder for mounts of ours. */
  get #workDir(): string {
    return join(runDirOf(this.#parts.options), "roots");
  }

  async write(change: Change, console?: string): Promise<Written> {
    const state = await this.#change(change, console);
    const { slot, reason } = decideNext(await this.#facts(state));
    const problems = this.#problemsWith(state);
    return { slot: slotIn(state, change.slot), next: { slot, reason }, problems };
  }

  async apply(change: Change, console?: string): Promise<DeviceStatus> {
    return this.#statusOf(await this.#change(change, console));
  }

  async #change(change: Change, console: string | undefined): Promise<StoreState> {
    this.#place(change.slot);
    this.#refuseReadOnly();
    const state = await this.#parts.control.apply(change);
    await this.#parts.history.recordChange(eventOf(change), change.slot, { console: console ?? null });
    return state;
  }

  developerFlag(): JudgedFlag {
    return this.#parts.developerFlag();
  }

  async imageKey(slot: string): Promise<string | null> {
    const { device, verity } = this.#place(slot);
    const { fstype, os } = await this.describe(slot);
    if (device === null || fstype === null) return null;
    const { keyOfImage } = await import("../roots/image-key.ts");
    return keyOfImage({ device, fstype, rootHash: verity?.rootHash ?? null, version: os?.version ?? null });
  }

  async planFor(slot: string, reason: Reason, options: PlanOptions = {}): Promise<EnterPlan> {
    const place = this.#place(slot);
    const { identity } = place;
    const description = await this.describe(slot);
    const { kernel } = description;
    if (kernel === undefined) {
      const root = this.#rootMount(place, description);
      const layers = await this.#layersOf(slot, this.#isSafe(options));
      return this.#spend(slot, reason, options, (counters) => ({
        ...{ action: "switch-root", slot, identity, root, counters, layers, reason },
      }));
    }
    const running = this.#parts.commandLine;
    const words = secondCommandLine(kernel.options, { slot, identity, running });
    const commandLine = this.#isSafe(options) ? `${words} ${SAFE_WORD}` : words;
    const { loadOwnKernel } = await import("./own-kernel.ts");
    await loadOwnKernel(kernel, commandLine, this.#workDir);
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
    const state = await this.#read();
    const before = slotIn(state, slot);
    keep?.(planWith(countersOf(before)));
    const after = this.#countsFor(state, before)
      ? slotIn(await this.#parts.control.apply({ kind: "take-try", slot }), slot)
      : before;
    // After the try: the supervisor goes by the last entry, and a slot whose try cannot be written could fail
    // for ever.
    if (this.readOnly === null) {
      const confirmed = before.health === "good";
      await this.#parts.history.recordEntry({ slot, reason, console: console ?? null, confirmed });
    }
    return planWith(countersOf(after));
  }

  async repairs(): Promise<readonly string[]> {
    const plans = await Promise.all(this.#parts.disks.map((disk) => planRepairOf(diskAt(disk))));
    return plans.flatMap((plan) => plan?.text ?? []);
  }

  async repair(console?: string): Promise<readonly string[]> {
    // Which scheme it is does not matter to a partition table, a configuration that cannot be believed does.
    if (this.readOnly?.code === "bad-config") this.#refuseReadOnly();
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
      return `${this.#place(slot).label} could not be marked bad: ${messageOf(error)}`;
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

  /** A person or the kernel command line asked for a start without layers. */
  #isSafe({ safe = false }: PlanOptions): boolean {
    return safe || parseCommandLine(this.#parts.commandLine).has(SAFE_WORD);
  }

  async #layersOf(slot: string, safe: boolean): Promise<Layers> {
    const { flag } = this.developerFlag();
    if (flag === null) return { image: null, developer: null, safe };
    const { features, ephemeral } = flag;
    const image = features.includes("writable-usr") ? await this.imageKey(slot) : null;
    return { image, developer: { features, ephemeral }, safe };
  }

  /** Whether entering the slot is written down: its try, or that the wish for one start was granted. */
  #countsFor(state: StoreState, slot: SlotState): boolean {
    const { control, bootedByBootloader } = this.#parts;
    const ours = control.counting === "holdfast" && slot.id !== bootedByBootloader && this.readOnly === null;
    return ours && (needsTry(slot) || state.once === slot.id);
  }

  #rootMount(place: SlotPlace, description: RootDescription): RootMount {
    const { entry, entryReason, fstype, baseFstype } = description;
    if (entry !== "switch-root" || place.device === null || fstype === null) {
      throw new HoldfastError("refused", `${place.label} cannot be entered from here. ${entryReason ?? ""}`, {
        ...(entry === "reboot"
          ? { next: `Make it the next start (holdfast select ${place.id}) and reboot.` }
          : {}),
      });
    }
    const { device, options, base } = place;
    const image = { device, fstype, options, verity: this.#verityOf(place) };
    const { init } = this.config.boot;
    if (base === null || baseFstype === null) return { ...image, init, usr: null };
    return { device: base.device, fstype: baseFstype, options: base.options, verity: null, init, usr: image };
  }

  #verityOf({ verity }: SlotPlace): SlotPlace["verity"] {
    return this.#parts.enforceVerity ? verity : null;
  }

  #place(slot: string): SlotPlace {
    const place = this.places.find((each) => each.id === slot);
    if (place !== undefined) return place;
    const known = this.places.map((each) => each.id).join(", ");
    throw new HoldfastError("usage", `There is no slot "${slot}"; this device has ${known || "none"}.`);
  }

  #refuseReadOnly(): void {
    if (this.readOnly === null) return;
    throw new HoldfastError("refused", `Nothing was written: ${this.readOnly.text}`);
  }

  async #read(): Promise<StoreState> {
    try {
      const state = await this.#parts.control.read();
      this.#storeProblems = state.problems;
      return state;
    } catch (error) {
      if (!this.#parts.mode.tolerant || !(error instanceof HoldfastError)) throw error;
      return { slots: this.places.map(unknownSlot), default: null, once: null, problems: [error.message] };
    }
  }

  async #facts(state: StoreState): Promise<BootFacts> {
    const { control, bootedByBootloader, history } = this.#parts;
    return {
      slots: state.slots,
      default: state.default,
      once: state.once,
      counting: control.counting,
      zeroNeverBoots: zeroNeverBoots(control.scheme),
      bootedByBootloader,
      last: await history.last(),
      failures: history.failures(),
      labels: new Map(this.places.map((place) => [place.id, place.label])),
    };
  }

  async #statusOf(state: StoreState): Promise<DeviceStatus> {
    const { control } = this.#parts;
    const { slot, reason } = decideNext(await this.#facts(state));
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
    const { label, identity, device } = this.#place(state.id);
    const { entry, entryReason, os } = await this.describe(state.id);
    return { ...state, label, entry, entryReason, identity, device, os };
  }
}

function unknownSlot(place: SlotPlace): SlotState {
  const nothing = { priority: null, triesLeft: null, triesDone: null, successful: null };
  return { id: place.id, health: "unknown", ...nothing };
}

function slotIn(state: StoreState, id: string): SlotState {
  const slot = state.slots.find((each) => each.id === id);
  if (slot === undefined) throw new HoldfastError("badStore", `The store says nothing about slot "${id}".`);
  return slot;
}

function countersOf({ priority, triesLeft, triesDone }: SlotState): Counters {
  return { priority, triesLeft, triesDone };
}
