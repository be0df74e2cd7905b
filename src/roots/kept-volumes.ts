import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { LABEL_SPAN, labelOf } from "../bytes/filesystem-label.ts";
import { isFat, sniffFileSystem } from "../bytes/filesystem-magic.ts";
import { messageOf } from "../domain/errors.ts";
import { type BlockDevice, listBlockDevices } from "../linux/block.ts";
import { deviceNumber, mountPointOf, mountsOf } from "../linux/mount-table.ts";
import { clearMounts, mountReadOnly, unmountAndRemove } from "../linux/mounts.ts";
import type { Place, Volume } from "./kinds/kind.ts";
import { isFolder } from "./kinds/tree.ts";
import { NO_REPLAY } from "./look.ts";
import { startOf } from "./partition.ts";

/** What one look at the disks is about. */
export interface Search {
  /** Folder for mounts of ours. */
  readonly workDir: string;
  /** Devices that are something else, such as roots of slots. */
  readonly without: ReadonlySet<string>;
}

/** What was mounted, and sentences about what could not be. */
export interface Found {
  readonly places: readonly Place[];
  readonly problems: readonly string[];
}

/** A file system that is mounted for the look. */
interface Mounted extends Volume {
  readonly disk: string;
}

/**
 * Mounts every file system that may keep systems read-only, without a journal's replay, for as long as `use` runs;
 * what is mounted already is looked at there. `use` may not wait: what follows in this process mounts the same.
 */
export function withPlaces<T>({ workDir, without }: Search, use: (found: Found) => T): T {
  const mounted: Mounted[] = [];
  const ours: string[] = [];
  const problems: string[] = [];
  try {
    clearMounts(workDir);
    for (const device of worthALook(without)) {
      try {
        const volume = mountOne(device, workDir, ours);
        if (volume !== null) mounted.push(volume);
      } catch (error) {
        problems.push(`${device.device} cannot be looked into: ${messageOf(error)}.`);
      }
    }
    return use({ places: mounted.flatMap((volume) => placesOn(volume, mounted)), problems });
  } finally {
    for (const folder of ours.reverse()) {
      try {
        unmountAndRemove(folder);
      } catch {
        // The next look clears it away.
      }
    }
  }
}

/**
 * What is plugged in is no part of the device, and its systems nobody asked for: it is looked at only where the
 * device has no disk of its own, as with an Alpine that runs from a stick.
 */
function worthALook(without: ReadonlySet<string>): readonly BlockDevice[] {
  const devices = listBlockDevices().filter(({ held }) => !held);
  const own = devices.filter(({ attached }) => attached !== "usb");
  return (own.length > 0 ? own : devices).filter(({ device }) => !without.has(device));
}

function mountOne({ device, disk }: BlockDevice, workDir: string, ours: string[]): Mounted | null {
  const start = startAt(device);
  const fstype = start === null ? null : typeOf(start);
  if (start === null || fstype === null) return null;
  const label = labelOf(start, fstype);
  const options = fstype === "btrfs" ? "subvolid=5" : "";
  const there = mountPointOf(device);
  if (there !== null) return { tree: there, device, disk, fstype, options, label };
  const tree = join(workDir, basename(device));
  const plain = ["nosuid,nodev,noexec", options].filter((word) => word !== "").join(",");
  const quiet = NO_REPLAY[fstype];
  try {
    mountReadOnly(device, tree, fstype, quiet === undefined ? plain : `${plain},${quiet}`);
  } catch (error) {
    // What is mounted elsewhere, with its journal replayed, is not mounted without.
    if (quiet === undefined || mountsOf(deviceNumber(device)).length === 0) throw error;
    mountReadOnly(device, tree, fstype, plain);
  }
  ours.push(tree);
  return { tree, device, disk, fstype, options, label };
}

/** The file systems that are written to: what is read-only by nature is a slot's image and keeps no others. */
const KEEPERS = new Set(["ext4", "btrfs", "f2fs"]);

function typeOf(start: Uint8Array): string | null {
  const fstype = sniffFileSystem(start);
  if (fstype !== null) return KEEPERS.has(fstype) ? fstype : null;
  return isFat(start) ? "vfat" : null;
}

/** Null for a card reader without a card, or a partition beyond the end of its disk: no system can be there. */
function startAt(device: string): Uint8Array | null {
  try {
    return startOf(device, LABEL_SPAN);
  } catch {
    return null;
  }
}

/** A file system as a place, and with btrfs each subvolume at its top that holds a system of its own. */
function placesOn(volume: Mounted, all: readonly Mounted[]): Place[] {
  const { tree, fstype } = volume;
  const subvolumes = fstype === "btrfs" ? readdirSync(tree).filter((name) => isFolder(tree, name)) : [];
  const roots = [
    volume,
    ...subvolumes.map((name) => ({ ...volume, tree: join(tree, name), options: `subvol=${name}` })),
  ];
  const others = all.filter((each) => each.disk === volume.disk && each.device !== volume.device);
  return roots.map((root) => ({ root, boot: bootOf(root, others), others }));
}

/** The file system with the boot entries: another one of the same disk, where the root has none itself. */
function bootOf({ tree }: Volume, others: readonly Volume[]): Volume | null {
  if (isFolder(tree, "boot/loader/entries")) return null;
  return others.find((each) => isFolder(each.tree, "loader/entries")) ?? null;
}
