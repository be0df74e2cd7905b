import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { type AndroidAttributes, MAX_RETRY, writeAndroid } from "../bytes/android-attributes.ts";
import type { AndroidGptConfig } from "../config/schemes.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Capability, Change, Counting, Health, SlotState } from "../domain/slot.ts";
import { type DiskOpener, diskAt, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";
import { type AblIndex, type AblSlots, initialized, nextStart } from "./abl.ts";
import { isMismatched, SUFFIXES, slotsOf, type WholePair } from "./android-pairs.ts";
import { askBootloader, obstacleTo, switchTo } from "./android-switch.ts";
import { refuseWhileMerging, updateProblems } from "./android-update.ts";
import { type AndroidView, bootPair, noBoot, viewDisks } from "./android-view.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { updateGpt } from "./gpt-store.ts";
import { checkChange } from "./refusal.ts";

export interface AndroidSlot {
  readonly id: string;
  /** "_a" or "_b", as partition names end. */
  readonly suffix: (typeof SUFFIXES)[number];
}

export interface AndroidGptOptions {
  readonly slots: readonly AndroidSlot[];
  /** "ufs" also stands for every device whose boot stages are not known to lie in one table. */
  readonly storage: "emmc" | "ufs";
  readonly freshTries: number;
  /** Slot that runs now: on its last try the store reads 0 for it, and yet it is no failed slot. */
  readonly booted: string | null;
}

/**
 * Slot state in the GPT attributes of boot_a and boot_b, as Qualcomm's bootloader ABL keeps it. Marks are
 * bits and safe everywhere. Making a slot the default means more: the type GUIDs of every partition pair
 * change sides, and on UFS a boot LUN is switched that cannot be reached from here; a part of that leaves a
 * device that does not start. So a plain `select` is there on one eMMC table only, and only when all of it
 * can be done; elsewhere `via: "bootloader"` sets marks from which ABL makes the whole switch itself.
 */
export class AndroidGpt implements BootControl {
  readonly scheme = "android-gpt";
  readonly counting: Counting = "bootloader";
  readonly capabilities: ReadonlySet<Capability>;
  readonly freshTries: number;
  readonly maxTries = MAX_RETRY;
  readonly #disks: readonly DiskOpener[];
  readonly #options: AndroidGptOptions;

  constructor(disks: readonly DiskOpener[], options: AndroidGptOptions) {
    const marks = ["triesLeft", "selectViaBootloader", "markGood", "markBad", "setTries"] as const;
    const whole = disks.length === 1 && options.storage === "emmc";
    this.capabilities = new Set<Capability>(whole ? [...marks, "select"] : marks);
    this.freshTries = Math.min(options.freshTries, MAX_RETRY);
    this.#disks = disks;
    this.#options = options;
  }

  async read(): Promise<StoreState> {
    return this.#stateOf(await viewDisks(this.#disks));
  }

  async apply(change: Change): Promise<StoreState> {
    const isPlainSelect = change.kind === "select" && !change.once && change.via === undefined;
    const id = change.slot;
    if (isPlainSelect && this.#indexOf(id) !== null && !this.capabilities.has("select")) {
      throw notWhole(
        id,
        this.#suffixOf(id),
        "its boot stages lie on several disks, or on UFS behind a boot LUN",
      );
    }
    checkChange(this, change, this.#options.slots);
    const view = await viewDisks(this.#disks);
    const opener = this.#disks[view.bootDisk] as DiskOpener;
    await updateGpt(opener, (array, table) => this.#edit(array, table, change, view));
    return this.read();
  }

  #edit(array: Buffer, table: GptTable, change: Change, view: AndroidView): void {
    const index = this.#indexOf(change.slot) as AblIndex;
    const boot = bootPair(table.truth.entries);
    if (boot === null) throw noBoot(table.geometry.name);
    if (change.kind === "select") this.#select(array, { table, view, boot, index }, change);
    else writeAndroid(array, boot.twins[index].number, marked(initialized(slotsOf(boot))[index], change));
  }

  #select(
    array: Buffer,
    { table, view, boot, index }: { table: GptTable; view: AndroidView; boot: WholePair; index: AblIndex },
    change: Extract<Change, { kind: "select" }>,
  ): void {
    const suffix = SUFFIXES[index];
    refuseWhileMerging(view.update);
    if (view.blank[index]) {
      throw new HoldfastError("refused", `slot ${change.slot} cannot start: boot${suffix} is empty`, {
        next: `install a system into slot ${change.slot} first`,
      });
    }
    if (change.via === "bootloader") {
      if (askBootloader(array, boot, index, this.freshTries)) return;
      const what = `the bootloader would not switch to slot ${change.slot}: no slot is marked active`;
      throw new HoldfastError("refused", what, { next: fastboot(suffix) });
    }
    const obstacle = obstacleTo(table, index);
    if (obstacle !== null) throw notWhole(change.slot, suffix, obstacle);
    switchTo(array, table.truth.entries, index, this.freshTries);
  }

  #indexOf(id: string): AblIndex | null {
    const slot = this.#options.slots.find((each) => each.id === id);
    if (slot === undefined) return null;
    return slot.suffix === "_a" ? 0 : 1;
  }

  #suffixOf(id: string): string {
    return SUFFIXES[this.#indexOf(id) ?? 0];
  }

  #stateOf(view: AndroidView): StoreState {
    const slots = slotsOf(view.boot);
    const next = nextStart(slots);
    const mismatched = next.kind === "boot" && isMismatched(view.pairs, next.index);
    const indexed = this.#options.slots.map(({ id, suffix }) => ({ id, index: suffix === "_a" ? 0 : 1 }));
    const problems = [...view.problems, ...updateProblems(view.update, indexed, this.#options.booted)];
    if (mismatched) {
      const name = SUFFIXES[next.index];
      problems.push(`boot${name} and abl${name} have the same type GUID: the bootloader stops in fastboot`);
    }
    const starts = next.kind === "fastboot" || mismatched ? null : next.index;
    return {
      slots: this.#options.slots.map((slot) => this.#slotState(slot, initialized(slots), view)),
      default:
        this.#options.slots.find(({ id }) => starts !== null && this.#indexOf(id) === starts)?.id ?? null,
      once: null,
      problems,
    };
  }

  #slotState({ id }: AndroidSlot, slots: AblSlots, view: AndroidView): SlotState {
    const index = this.#indexOf(id) as AblIndex;
    const { priority, retry, successful } = slots[index];
    const health = view.blank[index] ? "empty" : healthOf(slots[index], id === this.#options.booted);
    return { id, health, priority, triesLeft: retry, triesDone: null, successful };
  }
}

export interface OpenAndroidGpt {
  /** Paths of all disks with slotted partitions. */
  readonly disks: readonly string[];
  readonly storage: AndroidGptConfig["storage"];
  readonly slots: readonly AndroidSlot[];
  readonly freshTries: number;
  readonly booted: string | null;
}

/** Opens the store over these disks; reads only what tells eMMC from UFS. */
export async function openAndroidGpt(options: OpenAndroidGpt): Promise<AndroidGpt> {
  const storage = options.storage === "auto" ? await storageOf(options.disks) : options.storage;
  return new AndroidGpt(options.disks.map(diskAt), { ...options, storage });
}

/**
 * eMMC is one mmcblk device, or one image with its 512-byte sectors; all else is treated as UFS, where only
 * the bootloader can switch.
 */
async function storageOf(disks: readonly string[]): Promise<"emmc" | "ufs"> {
  const [path] = disks;
  if (path === undefined || disks.length > 1) return "ufs";
  try {
    return await withDisk(diskAt(path), "read", async (disk) => {
      if (disk.isDevice) return /^mmcblk\d+$/.test(basename(realpathSync(path))) ? "emmc" : "ufs";
      return (await readGptTable(disk)).geometry.sectorSize === 512 ? "emmc" : "ufs";
    });
  } catch (error) {
    if (error instanceof HoldfastError) return "ufs";
    throw error;
  }
}

/** The attributes of a slot after a mark. */
function marked(slot: AndroidAttributes, change: Exclude<Change, { kind: "select" }>): AndroidAttributes {
  switch (change.kind) {
    case "mark-good":
      return { ...slot, successful: true, unbootable: false };
    case "mark-bad":
      return { ...slot, unbootable: true };
    case "set-tries":
      return { ...slot, retry: change.tries, successful: false, unbootable: false };
    case "take-try":
      throw new HoldfastError("refused", "the bootloader counts the tries of android-gpt, not Holdfast");
  }
}

function healthOf(slot: AndroidAttributes, booted: boolean): Health {
  if (slot.unbootable) return "bad";
  if (slot.successful) return "good";
  return slot.retry > 0 || booted ? "trying" : "bad";
}

function notWhole(id: string, suffix: string, obstacle: string): HoldfastError {
  const what = `slot ${id} cannot be made the default in one piece: ${obstacle}`;
  const marks = `holdfast select ${id} --via bootloader, with which the bootloader switches (no trial run)`;
  return new HoldfastError("refused", what, { next: `${marks}; or ${fastboot(suffix)}` });
}

function fastboot(suffix: string): string {
  return `restart to the bootloader and run "fastboot set_active ${suffix.slice(1)}" on a computer`;
}
