import { join } from "node:path";
import { parseOsRelease } from "../../bytes/os-release.ts";
import { parseCommandLine } from "../../domain/command-line.ts";
import {
  type Running,
  ranLast,
  type System,
  type SystemHealth,
  type SystemKernel,
} from "../../domain/system.ts";
import { defaultSubvolume, subvolumeOf } from "../../linux/btrfs.ts";
import { resolveInside } from "../resolve.ts";
import { INIT, inPlaceProblem, ownKernel, rootSteps } from "./btrfs-open.ts";
import type { Kind, Place } from "./kind.ts";
import { makeKind, onceOf, type Ways } from "./made-kind.ts";
import { readSnapshots, type Snapshot } from "./snapper-snapshots.ts";
import { attempt, isPlainFolder, kernelOf, textInside } from "./tree.ts";

/**
 * Snapshots of openSUSE MicroOS and its relatives, by what snapper wrote beside them. The place's root is the
 * file system's top-level subvolume (subvolid=5).
 */
export const btrfsSnapshot: Kind = makeKind({
  name: "btrfs-snapshot",
  noun: "btrfs snapshot",
  find: readSnapshots,
  tree: ({ root: { tree } }, { id }) => (isPlainFolder(tree, id) ? join(tree, id) : null),
  named(_place, all, commandLine) {
    const words = parseCommandLine(commandLine).get("rootflags")?.split(",") ?? [];
    const subvolume = words.find((word) => word.startsWith("subvol="))?.replace(/^subvol=\/?/, "");
    return all.find(({ id }) => id === subvolume);
  },
  describe: (place, found, _all, running) => describe(place, found, running),
  enter: (place, found, target) => ({
    entry: "switch-root",
    steps: rootSteps(place, found, target),
    init: INIT,
  }),
  kernel: ownKernel,
});

function describe(place: Place, snapshot: Snapshot, running: Running): System {
  const { id, info, problem, number } = snapshot;
  const system = join(place.root.tree, id);
  const isThere = isPlainFolder(place.root.tree, id);
  const kernel: SystemKernel = isThere ? kernelOf(system, running) : { releases: [], isRunning: null };
  const os = isThere ? osOf(system) : null;
  const ways: Ways = {
    problem,
    inPlaceProblem: () => inPlaceProblem(place, snapshot),
    kernel,
    ownKernel: () => ownKernel(place, snapshot),
    noKernel: "No boot entry for it is there either.",
  };
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
    once: onceOf(ways, running),
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
