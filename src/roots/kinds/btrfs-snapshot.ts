import { join } from "node:path";
import { parseBootEntry } from "../../bytes/boot-entry.ts";
import { parseFstab } from "../../bytes/fstab.ts";
import { parseOsRelease } from "../../bytes/os-release.ts";
import { parseSnapperInfo, type SnapperInfo } from "../../bytes/snapper-info.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { initrdMounts } from "../../domain/initrd-mounts.ts";
import type { MountStep } from "../../domain/mount-plan.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import {
  needEntry,
  type Once,
  type Running,
  ranLast,
  refuseAlways,
  type System,
  type SystemHealth,
  type SystemKernel,
} from "../../domain/system.ts";
import { defaultSubvolume, subvolumeOf } from "../../linux/btrfs.ts";
import { resolveInside } from "../resolve.ts";
import type { Kind, Place } from "./kind.ts";
import { isPlainFolder, kernelOf, namesInside, otherKernel, textInside } from "./tree.ts";

/** Where snapper keeps snapshots, in the order in which it is looked for, seen from the top-level subvolume. */
const FOLDERS = ["@/.snapshots", ".snapshots"] as const;
const INIT = "/sbin/init";

/**
 * Snapshots of openSUSE MicroOS and its relatives, by what snapper wrote beside them. The place's root is the
 * file system's top-level subvolume (subvolid=5).
 */
export const btrfsSnapshot: Kind = {
  name: "btrfs-snapshot",
  list: (place) => readSnapshots(place).map(({ id }) => id),
  describe(place, id, running) {
    return describe(place, find(place, id), running);
  },
  select(place, id, running) {
    refuseAlways(this.describe(place, id, running));
  },
  open(place, id, running, target) {
    const snapshot = find(place, id);
    const system = describe(place, snapshot, running);
    const kernel = system.once.entry === "kexec" ? ownKernel(place, snapshot) : null;
    if (kernel !== null) return { entry: "kexec", kernel };
    needEntry(system, "switch-root");
    return { entry: "switch-root", steps: rootSteps(place, snapshot, target) };
  },
};

interface Snapshot {
  /** Path of the subvolume from the top of the file system. */
  readonly id: string;
  readonly number: number;
  readonly info: SnapperInfo | null;
  /** What keeps it from being whole, as a sentence; null when nothing does. */
  readonly problem: string | null;
}

/** All snapshots, the newest first. */
function readSnapshots({ root: { tree } }: Place): readonly Snapshot[] {
  const folder = FOLDERS.find((each) => isPlainFolder(tree, each));
  if (folder === undefined) return [];
  const numbers = namesInside(tree, folder)
    .filter((name) => /^[1-9]\d{0,8}$/.test(name))
    .map(Number);
  return numbers.sort((a, b) => b - a).map((number) => readSnapshot(tree, folder, number));
}

function readSnapshot(tree: string, folder: string, number: number): Snapshot {
  const id = `${folder}/${number}/snapshot`;
  const path = `${folder}/${number}/info.xml`;
  try {
    const text = textInside(tree, path);
    if (text === null) throw new HoldfastError("badStore", "It has no info.xml: its making was not finished");
    const info = parseSnapperInfo(text, `/${path}`);
    return { id, number, info, problem: problemOf(tree, id, number, info) };
  } catch (error) {
    return { id, number, info: null, problem: `${messageOf(error)}.` };
  }
}

function problemOf(tree: string, id: string, number: number, info: SnapperInfo): string | null {
  if (info.number !== number) return `Its info.xml is that of snapshot ${info.number}.`;
  if (!isPlainFolder(tree, id)) return "Its subvolume is missing.";
  if (info.userdata.get("transactional-update-in-progress") === "yes") return "Its update was not finished.";
  const [own, around] = [subvolumeOf(join(tree, id)), subvolumeOf(join(tree, id, ".."))];
  return own !== null && own === around ? "It is a directory and no subvolume." : null;
}

function find(place: Place, id: string): Snapshot {
  const found = readSnapshots(place).find((each) => each.id === id);
  if (found !== undefined) return found;
  throw new HoldfastError("usage", `There is no btrfs snapshot ${id} here.`);
}

function describe(place: Place, snapshot: Snapshot, running: Running): System {
  const { id, info, problem, number } = snapshot;
  const system = join(place.root.tree, id);
  const isThere = isPlainFolder(place.root.tree, id);
  const kernel: SystemKernel = isThere ? kernelOf(system, running) : { releases: [], isRunning: null };
  const os = isThere ? osOf(system) : null;
  return {
    kind: "btrfs-snapshot",
    id,
    title: info?.description ?? os?.get("PRETTY_NAME") ?? null,
    version: os?.get("IMAGE_VERSION") ?? os?.get("VERSION_ID") ?? null,
    date: info?.date ?? null,
    kernel,
    health: healthOf(place, snapshot),
    flags: {
      default: isThere ? isDefault(place.root.tree, id) : false,
      lastRun: ranLast(id, running),
      pinned: info === null ? null : info.cleanup === null,
      staged: false,
      incomplete: problem !== null,
      identicalTo: [],
    },
    once: onceOf(place, snapshot, kernel, running),
    always: {
      command: problem === null ? rollback(system, number) : null,
      reason: problem ?? "Snapper in the running system makes a snapshot the default.",
    },
    warnings: [
      ...(info !== null && info.date === null ? ["Its info.xml has no date."] : []),
      ...(isThere && os === null ? ["It has no os-release."] : []),
    ],
  };
}

/** The os-release of a snapshot; null where it has none that can be read. */
function osOf(system: string): ReadonlyMap<string, string> | null {
  for (const path of ["etc/os-release", "usr/lib/os-release"]) {
    const text = attempt(() => textInside(system, path));
    if (text !== null) return parseOsRelease(text);
  }
  return null;
}

function attempt<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Whether the file system mounts it where no subvolume is named; null where that cannot be asked. */
function isDefault(tree: string, id: string): boolean | null {
  const chosen = defaultSubvolume(tree);
  return chosen === null ? null : chosen === subvolumeOf(join(tree, id));
}

function rollback(system: string, number: number): string {
  const isTransactional = resolveInside(system, "usr/sbin/transactional-update") !== null;
  return `${isTransactional ? "transactional-update" : "snapper"} rollback ${number}`;
}

/** Where health-checker of the running system keeps what worked (health-checker: sbin/health-checker.in). */
const HEALTH_STATES = ["@/var/lib/misc/health-check.state", "var/lib/misc/health-check.state"] as const;

function healthOf({ root: { tree } }: Place, { number, problem }: Snapshot): SystemHealth {
  const counted = { triesLeft: null, triesDone: null };
  if (problem !== null) return { state: "bad", ...counted, evidence: [problem] };
  const state = HEALTH_STATES.map((path) => attempt(() => textInside(tree, path))).find(
    (text) => text !== null,
  );
  const worked = state == null ? undefined : parseOsRelease(state).get("LAST_WORKING_SNAPSHOT");
  if (worked !== `${number}`) return { state: "unknown", ...counted, evidence: [] };
  return { state: "good", ...counted, evidence: ["It is the last that health-checker found working."] };
}

function onceOf(place: Place, snapshot: Snapshot, kernel: SystemKernel, running: Running): Once {
  if (snapshot.problem !== null) return { entry: null, reason: snapshot.problem };
  const why =
    inPlaceProblem(place, snapshot) ?? (kernel.isRunning === true ? null : otherKernel(kernel, running));
  if (why === null) return { entry: "switch-root", reason: null };
  if (ownKernel(place, snapshot) !== null) return { entry: "kexec", reason: why };
  return { entry: null, reason: `${why} No boot entry for it is there either.` };
}

/** Left by transactional-update for the first start of a snapshot, when its /etc is merged with the last one. */
const SYNC_MARK = "etc/etc.syncpoint";

function inPlaceProblem(place: Place, { id }: Snapshot): string | null {
  const system = join(place.root.tree, id);
  if (resolveInside(system, INIT) === null) return `It has no init at ${INIT}.`;
  if (resolveInside(system, SYNC_MARK) !== null)
    return "Its own initramfs has yet to bring its /etc up to date.";
  const steps = fstabSteps(place, id, "");
  if (typeof steps === "string") return steps;
  const targets = steps.flatMap((step) => ("target" in step ? [step.target] : []));
  const missing = targets.find((target) => !isPlainFolder(system, target));
  return missing === undefined ? null : `Its fstab mounts ${missing}, which is no directory of it.`;
}

/** The mounts that a snapshot's own fstab asks the initramfs for. */
function fstabSteps({ root }: Place, id: string, target: string): readonly MountStep[] | string {
  const text = attempt(() => textInside(join(root.tree, id), "etc/fstab"));
  return initrdMounts(parseFstab(text ?? ""), { device: root.device, target });
}

/**
 * The snapshot, writable until what its fstab asks for is mounted (a bind takes its source's access), then
 * read-only.
 */
function rootSteps(place: Place, { id }: Snapshot, target: string): MountStep[] {
  const mounts = fstabSteps(place, id, target);
  if (typeof mounts === "string") throw new HoldfastError("slotFailed", `${id}: ${mounts}`);
  const { device, fstype } = place.root;
  return [
    { kind: "mount", device, target, fstype, options: `subvol=${id}`, access: "writable" },
    ...mounts,
    { kind: "protect", target },
    { kind: "need-init", root: target, init: INIT },
  ];
}

/** The kernel of the boot entry that names the snapshot, as sdbootutil writes it. */
function ownKernel({ root, boot }: Place, { id }: Snapshot): OwnKernel | null {
  const volume = boot ?? root;
  const folder = boot === null ? "boot/loader/entries" : "loader/entries";
  for (const name of namesInside(volume.tree, folder)) {
    const text = attempt(() => textInside(volume.tree, `${folder}/${name}`));
    if (text === null) continue;
    const { options, image, initrds } = parseBootEntry(text);
    if (image === null || !options.split(/\s+/).includes(`rootflags=subvol=${id}`)) continue;
    const files = [image, ...initrds];
    if (files.some((file) => resolveInside(volume.tree, file) === null)) continue;
    const { device, fstype } = volume;
    return { device, fstype, verity: null, isUsr: false, linux: image, initrds, options };
  }
  return null;
}
