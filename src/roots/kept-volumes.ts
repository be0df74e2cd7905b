import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { labelOf } from "../bytes/filesystem-label.ts";
import { isFat, sniffFileSystem } from "../bytes/filesystem-magic.ts";
import { lastingMountOf } from "../linux/look-folder.ts";
import { deviceNumber, mountsOf } from "../linux/mount-table.ts";
import { clearMounts, mountReadOnly, unmountAndRemove } from "../linux/mounts.ts";
import {
  type Candidate,
  closedTo,
  type DeviceSearch,
  type FoundDevice,
  findCandidates,
} from "./kept-devices.ts";
import type { Place, Volume } from "./kinds/kind.ts";
import { isFolder } from "./kinds/tree.ts";
import { NO_REPLAY } from "./look.ts";
import { inTurn, nextTurn } from "./look-turns.ts";

/** What one look at the disks is about. */
export interface Search extends DeviceSearch {
  /** Folder for mounts of ours. */
  readonly workDir: string;
}

/** What was mounted, and sentences about what could not be. */
export interface Found {
  readonly places: readonly Place[];
  readonly problems: readonly string[];
}

interface Problem {
  readonly problem: string;
}

/** A file system that is mounted for the look. */
interface Mounted extends Volume {
  readonly disk: string;
  readonly outer: string;
}

/**
 * Mounts every file system that may keep systems read-only, without a journal's replay, for as long as `use` takes;
 * what is mounted already is looked at there. One look after the other. It is done in slices, between which others
 * have their turn: who mounts, unmounts or formats in this process waits for `looksEnded`.
 */
export function withPlaces<T>(search: Search, use: (found: Found) => Promise<T> | T): Promise<T> {
  return inTurn(() => lookAround(search, use));
}

async function lookAround<T>(search: Search, use: (found: Found) => Promise<T> | T): Promise<T> {
  const { workDir } = search;
  const mounted: Mounted[] = [];
  const ours: string[] = [];
  try {
    clearMounts(workDir);
    const problems: string[] = [];
    for (const found of findCandidates(search)) {
      await nextTurn();
      for (const each of found.map((device) => tryMount(device, workDir, ours))) {
        if (each !== null && "problem" in each) problems.push(each.problem);
        else if (each !== null) mounted.push(each);
      }
    }
    const places = mounted.flatMap((volume) => {
      try {
        return placesOn(volume, mounted);
      } catch (error) {
        problems.push(closedTo(volume.device, error));
        return [];
      }
    });
    return await use({ places, problems });
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

function tryMount(found: FoundDevice, workDir: string, ours: string[]): Mounted | Problem | null {
  if ("problem" in found) return found;
  try {
    return mountOne(found, workDir, ours);
  } catch (error) {
    return { problem: closedTo(found.device, error) };
  }
}

function mountOne(
  { device, disk, outer, start }: Candidate,
  workDir: string,
  ours: string[],
): Mounted | null {
  const fstype = typeOf(start);
  if (fstype === null) return null;
  const label = labelOf(start, fstype);
  const options = fstype === "btrfs" ? "subvolid=5" : "";
  const there = lastingMountOf(device);
  if (there !== null) return { tree: there, device, disk, outer, fstype, options, label };
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
  return { tree, device, disk, outer, fstype, options, label };
}

/** The file systems that are written to: what is read-only by nature is a slot's image and keeps no others. */
const KEEPERS = new Set(["ext4", "btrfs", "f2fs", "xfs"]);

function typeOf(start: Uint8Array): string | null {
  const fstype = sniffFileSystem(start);
  if (fstype !== null) return KEEPERS.has(fstype) ? fstype : null;
  return isFat(start) ? "vfat" : null;
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
  return roots.map((root) => ({ root, boot: bootOf(root, others), others, disk: volume.outer }));
}

/** The file system with the boot entries: another one of the same disk, where the root has none itself. */
function bootOf({ tree }: Volume, others: readonly Volume[]): Volume | null {
  if (isFolder(tree, "boot/loader/entries")) return null;
  return others.find((each) => isFolder(each.tree, "loader/entries")) ?? null;
}
