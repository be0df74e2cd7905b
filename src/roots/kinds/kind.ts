import type { MountStep } from "../../domain/mount-plan.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import type { Change, Entry } from "../../domain/slot.ts";
import type { Running, System, SystemKind } from "../../domain/system.ts";
import type { PackageSet } from "../packages.ts";

/** A file system that is mounted for the look, and how it is mounted again to be entered. */
export interface Volume {
  /** Where it is mounted now. */
  readonly tree: string;
  readonly device: string;
  readonly fstype: string;
  /** Mount words that it needs, such as "subvol=root". */
  readonly options: string;
  /** Its own label; null where it has none. */
  readonly label: string | null;
}

/** Where a family keeps its systems. */
export interface Place {
  readonly root: Volume;
  /** The file system with the boot entries where that is another one. */
  readonly boot: Volume | null;
  /** The other file systems of the same disk: some families keep each system on one of its own. */
  readonly others: readonly Volume[];
  /** Node of the disk; missing where nobody knows. */
  readonly disk?: string;
}

/** How a system is entered: its root is mounted, or its own kernel is started. */
export type Opening = SwitchRoot | HandOver | { readonly entry: "kexec"; readonly kernel: OwnKernel };

export interface SwitchRoot {
  readonly entry: "switch-root";
  readonly steps: readonly MountStep[];
  /** The init, as an absolute path in the new root. */
  readonly init: string;
}

/** Alpine's own init goes on after Holdfast, under the same kernel, and takes this for its word apkovl=. */
export interface HandOver {
  readonly entry: "switch-root";
  readonly apkovl: string;
}

/** A slot: its device enters it, and counts the try where that is for Holdfast to count. */
export interface SlotStart {
  readonly entry: Entry;
  readonly slot: string;
}

/** A system that was found, and what describes it. */
export interface Listed {
  readonly id: string;
  describe(): System;
}

/**
 * A family of systems. Every function reads only, and takes damage as a finding and not as an end. `Where` is what its
 * systems are found in, `Way` how one is entered.
 */
export interface Kind<Where = Place, Way = Opening> {
  readonly name: SystemKind;
  /** The ids of all systems that lie in a place, in the family's own order; none where the family is not. */
  list(place: Where): readonly string[];
  /** The same, each to be described when its turn comes: the place is looked through once for all. */
  each(place: Where, running: Running): readonly Listed[];
  /** What is known of one of them. Throws `usage` for an id that is not in the list. */
  describe(place: Where, id: string, running: Running): System;
  /** Where the files of a system lie, for a look inside; null for one that has none or that is not in the list. */
  treeOf(place: Where, id: string): string | null;
  /** A list of its packages that is kept beside its files; null where there is none. */
  packagesOf(place: Where, id: string): PackageSet | null;
  /** The id of the system that words of the kernel command line name; null where they name none of this family. */
  named(place: Where, commandLine: string): string | null;
  /**
   * The change to the store of the device that makes it the default. Throws `refused` where there is no such store,
   * with the command of the running system that does it.
   */
  select(place: Where, id: string, running: Running): Change;
  /** What enters it once, with its root on `target`. Throws `slotFailed` where nothing can. */
  open(place: Where, id: string, running: Running, target: string): Way;
}
