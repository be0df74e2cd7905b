import { parseGrubKernel } from "../../bytes/grub-menu.ts";
import { parseOsRelease } from "../../bytes/os-release.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import { type Always, type Running, ranLast, type System } from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import { type AbrootRoot, readRoots } from "./abroot-roots.ts";
import type { Kind, Place, SwitchRoot } from "./kind.ts";
import { makeKind, onceOf } from "./made-kind.ts";
import { attempt, kernelOf, textInside } from "./tree.ts";

const INIT = "/sbin/init";

/** The two roots of ABRoot, version 1 and 2 (Vanilla OS), by the labels of their file systems. */
export const abroot: Kind = makeKind({
  name: "abroot",
  noun: "root of ABRoot",
  find: readRoots,
  tree: (_place, { volume }) => volume.tree,
  describe,
  enter,
  kernel: (_place, found) => ownKernel(found),
});

function describe(_place: Place, found: AbrootRoot, all: readonly AbrootRoot[], running: Running): System {
  const { id, version, volume, image, problem, isDefault } = found;
  const os = osOf(volume.tree);
  const kernel = kernelOf(volume.tree, running);
  const date = dateOf(image?.timestamp);
  const same = all.filter((each) => each !== found && image !== null && each.image?.digest === image.digest);
  const ways = {
    problem,
    inPlaceProblem: () => inPlaceProblem(found),
    kernel,
    ownKernel: () => ownKernel(found),
    noKernel: "Its own kernel is not there either.",
  };
  return {
    kind: "abroot",
    id,
    title: os?.get("PRETTY_NAME") ?? image?.image ?? null,
    version: os?.get("IMAGE_VERSION") ?? os?.get("VERSION_ID") ?? null,
    date,
    kernel,
    health: {
      state: problem === null ? "unknown" : "bad",
      triesLeft: null,
      triesDone: null,
      evidence: problem === null ? [] : [problem],
    },
    flags: {
      default: isDefault,
      lastRun: ranLast(id, running),
      pinned: null,
      staged: false,
      incomplete: problem !== null,
      identicalTo: same.map((each) => each.id),
    },
    once: onceOf(ways, running),
    always: alwaysOf(found),
    warnings: [
      ...(version === 1
        ? ["After a good start ABRoot copies this root over the other one: both may be the same by then."]
        : []),
      ...(same.length > 0 ? ["The other root is the same image: there is nothing to go back to."] : []),
      ...(image !== null && date === null ? [`Its /abimage.abr has no date: ${image.timestamp}.`] : []),
    ],
  };
}

function osOf(tree: string): ReadonlyMap<string, string> | null {
  for (const path of ["etc/os-release", "usr/lib/os-release"]) {
    const text = attempt(() => textInside(tree, path));
    if (text !== null) return parseOsRelease(text);
  }
  return null;
}

/** Null for what is no date, and for one of a clock that was never set. */
function dateOf(text: string | undefined): string | null {
  const time = Date.parse(text ?? "");
  if (Number.isNaN(time) || new Date(time).getUTCFullYear() < 2000) return null;
  return new Date(time).toISOString().replace(/\.\d+/, "");
}

function inPlaceProblem({ version, volume }: AbrootRoot): string | null {
  if (version === 1) return "Only its boot loader starts a root of ABRoot 1.";
  return resolveInside(volume.tree, INIT) === null ? `It has no init at ${INIT}.` : null;
}

/** The root alone: what is mounted upon it, /etc and /var, `abroot mount-sys` of the running system mounts. */
function enter(_place: Place, { volume }: AbrootRoot, target: string): SwitchRoot {
  const { device, fstype, options } = volume;
  return {
    entry: "switch-root",
    steps: [
      { kind: "mount", device, target, fstype, options, access: "read-only" },
      { kind: "need-init", root: target, init: INIT },
    ],
    init: INIT,
  };
}

/** Where each root keeps what GRUB runs to start it (ABRoot: core/system.go). */
const MENUS = [".system/boot/grub/abroot.cfg", "boot/grub/abroot.cfg"] as const;

function ownKernel({ version, volume }: AbrootRoot): OwnKernel | null {
  if (version === 1) return null;
  const { tree, device, fstype, options: mountOptions } = volume;
  for (const path of MENUS) {
    const text = attempt(() => textInside(tree, path));
    const kernel = text === null ? null : parseGrubKernel(text);
    if (kernel === null) continue;
    const { linux, initrds, options } = kernel;
    if ([linux, ...initrds].some((file) => resolveInside(tree, file) === null)) continue;
    return { device, fstype, mountOptions, verity: null, isUsr: false, linux, initrds, options };
  }
  return null;
}

function alwaysOf({ isDefault, problem }: AbrootRoot): Always {
  if (problem !== null) return { command: null, reason: problem };
  if (isDefault === true) return { command: null, reason: "Its boot loader starts it by itself." };
  return { command: "abroot rollback", reason: "Only ABRoot itself changes its boot loader's menu." };
}
