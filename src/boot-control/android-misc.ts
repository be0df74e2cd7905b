import { MISC_MAP, MISC_SLOTS_SIZE } from "../bytes/android-misc.ts";
import { MISC_MAX_TRIES, type MiscSlot } from "../bytes/misc-slot.ts";
import type { VirtualAb } from "../bytes/virtual-ab.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Change, Counting } from "../domain/slot.ts";
import { type Disk, type DiskOpener, withDisk } from "../linux/disk.ts";
import { readUpdate, refuseWhileMerging, updateProblems } from "./android-update.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import type { MiscFormat } from "./misc-format.ts";
import type { AndroidMiscSlot, MiscPlace } from "./misc-place.ts";
import { type MiscChange, miscChanged } from "./misc-rules.ts";
import { miscState } from "./misc-state.ts";
import { checkChange, TRIES_AND_DEFAULT } from "./refusal.ts";

export interface AndroidMiscOptions extends MiscPlace {
  /** See the configuration's `backup_offset`; null without a second copy. */
  readonly backupOffset: number | null;
  readonly slots: readonly AndroidMiscSlot[];
  readonly freshTries: number;
  /** Slot that runs now: on its last try the store reads 0 for it, and yet it is no failed slot. */
  readonly booted: string | null;
}

/** What the partition holds. */
interface Content {
  readonly bytes: Buffer;
  readonly slots: readonly MiscSlot[];
  readonly update: VirtualAb;
  readonly problems: readonly string[];
  /** Why nothing may be written; null when it may. */
  readonly unwritable: string | null;
}

const SECTOR = 512;

/**
 * Slot state in Android's misc partition: bootloader_control, or AvbABData under the name avb-ab. The 32
 * bytes lie in one sector, which is written whole and so is old or new after a power loss. A second copy is
 * U-Boot's to refresh from a valid first one; it is written after the first all the same.
 */
export class AndroidMisc implements BootControl {
  readonly scheme: MiscFormat["scheme"];
  readonly counting: Counting = "bootloader";
  readonly capabilities = TRIES_AND_DEFAULT;
  readonly freshTries: number;
  readonly maxTries = MISC_MAX_TRIES;
  readonly #opener: DiskOpener;
  readonly #format: MiscFormat;
  readonly #options: AndroidMiscOptions;
  #booted: string | null;

  constructor(opener: DiskOpener, format: MiscFormat, options: AndroidMiscOptions) {
    this.scheme = format.scheme;
    this.freshTries = Math.min(options.freshTries, MISC_MAX_TRIES);
    this.#opener = opener;
    this.#format = format;
    this.#options = options;
    this.#booted = options.booted;
  }

  async read(): Promise<StoreState> {
    return this.#stateOf(await withDisk(this.#opener, "read", (disk) => this.#load(disk)));
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(this, change, this.#options.slots);
    if (change.kind === "take-try") throw new HoldfastError("refused", "the bootloader takes the tries here");
    const written = await withDisk(this.#opener, "write", (disk) => this.#write(disk, change));
    const content = await withDisk(this.#opener, "read", (disk) => this.#load(disk));
    if (!content.bytes.equals(written)) {
      const at = this.#options.base + MISC_MAP.slots;
      const what = `the slot state at byte ${at} is not what was written`;
      throw new HoldfastError("notReadBack", what, { next: "the disk may be failing or write-protected" });
    }
    // Marked bad by somebody: no tries now mean what they say, no last try any more.
    if (change.kind === "mark-bad" && change.slot === this.#booted) this.#booted = null;
    return this.#stateOf(content);
  }

  /** Writes what the change asks for, unless it is there; answers the 32 bytes that have to be there now. */
  async #write(disk: Disk, change: MiscChange): Promise<Buffer> {
    const content = await this.#load(disk);
    const after = this.#format.encode(content.bytes, this.#after(content, change));
    if (after.equals(content.bytes)) return after;
    if (content.unwritable !== null) {
      throw new HoldfastError("refused", `nothing was written: ${content.unwritable}`, {
        next: "start the device once: its bootloader writes the first copy anew",
      });
    }
    const { base, backupOffset } = this.#options;
    for (const offset of [0, ...(backupOffset === null ? [] : [backupOffset])]) {
      const at = base + MISC_MAP.slots + offset;
      const sector = await disk.read(at, SECTOR);
      after.copy(sector);
      await disk.write(at, sector);
      await disk.flush();
    }
    return after;
  }

  /** Refuses what could not come true, and a switch that would destroy a half-merged update. */
  #after({ slots, update }: Content, change: MiscChange): readonly MiscSlot[] {
    const index = this.#indexOf(change.slot);
    if (slots[index] === undefined) {
      throw new HoldfastError(
        "noDevice",
        `slot ${change.slot}: ${this.scheme} holds ${slots.length} slots only`,
      );
    }
    if (change.kind === "select") refuseWhileMerging(update);
    const { rule } = this.#format;
    const context = { rule, freshTries: this.freshTries, isBooted: change.slot === this.#booted };
    const after = miscChanged(slots, index, change, context);
    if (change.kind !== "mark-bad" && after[index]?.corrupted === true) {
      throw new HoldfastError("refused", `slot ${change.slot} is marked as corrupted by dm-verity`, {
        next: `install slot ${change.slot} anew, or choose it as the default from another slot`,
      });
    }
    return after;
  }

  async #load(disk: Disk): Promise<Content> {
    const { base, backupOffset } = this.#options;
    const update = await readUpdate(disk, this.#options);
    const at = base + MISC_MAP.slots;
    const bytes = await disk.read(at, MISC_SLOTS_SIZE);
    try {
      return {
        bytes,
        ...this.#decode(bytes, update, `${disk.name} at byte ${at}`),
        problems: [],
        unwritable: null,
      };
    } catch (error) {
      if (backupOffset === null || this.#format.isIntact(bytes) || !(error instanceof HoldfastError))
        throw error;
      const copy = await disk.read(at + backupOffset, MISC_SLOTS_SIZE);
      const where = `${messageOf(error)}; ${disk.name} at byte ${at + backupOffset}`;
      const problem = `${messageOf(error)}; the second copy is used`;
      return { bytes: copy, ...this.#decode(copy, update, where), problems: [problem], unwritable: problem };
    }
  }

  /** Android keeps the state of an update in two places; the more pressing one counts. */
  #decode(bytes: Buffer, message: VirtualAb, where: string): Pick<Content, "slots" | "update"> {
    const { slots, update } = this.#format.decode(bytes, where);
    if (message.status === "merging" || update === "none") return { slots, update: message };
    return { slots, update: { status: update, source: message.source } };
  }

  #stateOf({ slots, update, problems }: Content): StoreState {
    const state = miscState(slots, {
      rule: this.#format.rule,
      slots: this.#options.slots,
      booted: this.#booted,
    });
    const waiting = updateProblems(update, this.#options.slots, this.#booted);
    return { ...state, problems: [...problems, ...state.problems, ...waiting] };
  }

  #indexOf(id: string): number {
    return this.#options.slots.find((slot) => slot.id === id)?.index ?? -1;
  }
}
