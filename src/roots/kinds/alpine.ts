import { compareApk } from "../../bytes/apk-order.ts";
import type { Package } from "../../bytes/package-lists.ts";
import { parseCommandLine } from "../../domain/command-line.ts";
import { HoldfastError } from "../../domain/errors.ts";
import { type Always, type Once, type Running, ranLast, type System } from "../../domain/system.ts";
import { type Overlay, readOverlays } from "./alpine-overlays.ts";
import type { HandOver, Kind, Place } from "./kind.ts";
import { makeKind } from "./made-kind.ts";
import { attempt, textInside } from "./tree.ts";

/** A word apkovl= that leads to no file: Alpine's init then looks for none by itself, and starts without. */
const NO_FILE = "/none";

/** What a diskless Alpine can start with: its saved configuration, each backup of it, or none at all. */
export const alpine: Kind = makeKind({
  name: "alpine",
  noun: "Alpine overlay",
  find: readOverlays,
  tree: () => null,
  packages: (_place, { packages }) =>
    packages === null ? null : { source: "world", packages: packages.map(wish), order: compareApk },
  named(_place, all, commandLine) {
    const file = parseCommandLine(commandLine)
      .get("apkovl")
      ?.replace(/^.*[:/]/, "");
    return all.find((found) => found.file !== null && found.file === file);
  },
  describe,
  enter,
  kernel: () => null,
});

/** A line of /etc/apk/world: a package, and behind it which versions or which repository, where it says so. */
function wish(line: string): Package {
  const [, name = line, bound = ""] = /^([^<>=~@]+)(.*)$/.exec(line) ?? [];
  return { name, version: bound === "" ? "any" : bound, architecture: null };
}

function describe(place: Place, found: Overlay, all: readonly Overlay[], running: Running): System {
  const { id, file, host, isBackup, cipher, date, packages, problem } = found;
  const current = all.filter((each) => each.file !== null && !each.isBackup);
  const release = attempt(() => textInside(place.root.tree, ".alpine-release")) ?? "";
  return {
    kind: "alpine",
    id,
    title: file === null ? "No overlay (as delivered)" : `${host}${isBackup ? " (backup)" : ""}`,
    // "alpine-standard-3.24.1": what the medium installs, whatever the overlay.
    version: /(\d+\.\d+\S*)\s*$/.exec(release)?.[1] ?? null,
    date,
    // Modules are in the medium's modloop, which belongs to the kernel of the medium.
    kernel: { releases: [], isRunning: null },
    health: {
      state: problem === null ? "unknown" : "bad",
      triesLeft: null,
      triesDone: null,
      evidence: problem === null ? [] : [problem],
    },
    flags: {
      default: isDefault(found, current),
      lastRun: ranLast(id, running),
      pinned: null,
      staged: false,
      incomplete: problem !== null,
      identicalTo: twinsOf(found, all),
    },
    once: onceOf(found, running),
    always: alwaysOf(found, current),
    warnings: [
      ...(isBackup ? ["It is a backup of lbu, which a start does not find by itself."] : []),
      ...(cipher === null ? [] : [`It is encrypted (${cipher}): Alpine asks for its passphrase.`]),
      ...(packages === null
        ? []
        : [`It asks for ${packages.length} ${packages.length === 1 ? "package" : "packages"}.`]),
      ...(!isBackup && current.length > 1 && file !== null
        ? [`${current.length} overlays are on this medium: which of them a start takes is not certain.`]
        : []),
    ],
  };
}

/** Of several the first that is found is taken, and nobody knows which that is. */
function isDefault({ file, isBackup }: Overlay, current: readonly Overlay[]): boolean | null {
  if (isBackup) return false;
  if (file === null) return current.length === 0;
  return current.length === 1 ? true : null;
}

/** The same bytes under another name. */
function twinsOf({ id, file }: Overlay, all: readonly Overlay[]): readonly string[] {
  if (file === null || !id.includes("=")) return [];
  const hash = id.slice(file.length);
  const same = all.filter(
    (each) => each.id !== id && each.file !== null && each.id.slice(each.file.length) === hash,
  );
  return same.map((each) => each.id);
}

function onceOf({ problem }: Overlay, { isAlpine = false }: Running): Once {
  if (problem !== null) return { entry: null, reason: problem };
  if (isAlpine) return { entry: "switch-root", reason: null };
  return {
    entry: null,
    reason: "Only Alpine's own init unpacks it, which does not go on after Holdfast here.",
  };
}

function alwaysOf({ file, isBackup, problem }: Overlay, current: readonly Overlay[]): Always {
  if (problem !== null) return { command: null, reason: problem };
  const reason = "Only lbu of the running system exchanges overlays.";
  if (isBackup) return { command: `lbu revert ${file}`, reason };
  if (file === null && current.length > 0)
    return { command: null, reason: "The overlay would have to be removed." };
  return {
    command: null,
    reason: current.length > 1 ? "Another overlay is on this medium." : "It is taken by itself.",
  };
}

function enter({ root }: Place, { id, file, problem }: Overlay): HandOver {
  if (problem !== null) throw new HoldfastError("slotFailed", `${id}: ${problem}`);
  if (file === null) return { entry: "switch-root", apkovl: NO_FILE };
  return { entry: "switch-root", apkovl: `${root.device.replace(/^\/dev\//, "")}:${root.fstype}:${file}` };
}
