import type { MountStep } from "../../domain/mount-plan.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import type { Running, System, SystemKind } from "../../domain/system.ts";

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

/** A family of systems. Every function reads only, and takes damage as a finding and not as an end. */
export interface Kind {
  readonly name: SystemKind;
  /** The ids of all systems that lie in a place, in the family's own order; none where the family is not. */
  list(place: Place): readonly string[];
  /** What is known of one of them. Throws `usage` for an id that is not in the list. */
  describe(place: Place, id: string, running: Running): System;
  /** Where the files of a system lie, for a look inside; null for one that has none or that is not in the list. */
  treeOf(place: Place, id: string): string | null;
  /** The id of the system that words of the kernel command line name; null where they name none of this family. */
  named(place: Place, commandLine: string): string | null;
  /** Refuses to make it the default, with the command of the running system that does. */
  select(place: Place, id: string, running: Running): never;
  /** What enters it once, with its root on `target`. Throws `slotFailed` where nothing can. */
  open(place: Place, id: string, running: Running, target: string): Opening;
}
