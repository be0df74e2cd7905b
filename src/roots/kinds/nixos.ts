import { parseBootspec } from "../../bytes/bootspec.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import {
  needEntry,
  type Once,
  type Running,
  ranLast,
  refuseAlways,
  type System,
  type SystemKernel,
} from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import { type Generation, readGenerations } from "./generations.ts";
import type { Kind, Place } from "./kind.ts";
import { fstabSteps, initOf, ownKernel, rootSteps } from "./nixos-open.ts";
import { isFolder, kernelOf, otherKernel, textInside } from "./tree.ts";

const PROFILES = "nix/var/nix/profiles";

/** NixOS generations. Which system they are is a path of the store; the links that name them only count. */
export const nixos: Kind = {
  name: "nixos",
  list: (place) => generations(place).map(({ id }) => id),
  describe(place, id, running) {
    const all = generations(place);
    return describe(place, find(all, id), all, running);
  },
  select(place, id, running) {
    refuseAlways(this.describe(place, id, running));
  },
  open(place, id, running, target) {
    const generation = find(generations(place), id);
    const system = this.describe(place, id, running);
    const kernel = system.once.entry === "kexec" ? ownKernel(place, generation) : null;
    if (kernel !== null) return { entry: "kexec", kernel };
    needEntry(system, "switch-root");
    return { entry: "switch-root", steps: rootSteps(place, generation, target), init: initOf(generation) };
  },
};

const generations = ({ root: { tree } }: Place) => readGenerations(tree, PROFILES, /^\/nix\/store\/[^/]+$/);

function find(all: readonly Generation[], id: string): Generation {
  const found = all.find((each) => each.id === id);
  if (found !== undefined) return found;
  throw new HoldfastError("usage", `There is no NixOS generation ${id} here.`);
}

function describe(place: Place, found: Generation, all: readonly Generation[], running: Running): System {
  const { tree } = place.root;
  const { id, toplevel } = found;
  const problem = problemOf(tree, found);
  const kernel = kernelOf(tree, running, [`${toplevel}/kernel-modules`]);
  const { title, version, warnings } = readNames(tree, found);
  return {
    kind: "nixos",
    id,
    title,
    version,
    date: found.date,
    kernel,
    health: {
      state: problem === null ? "unknown" : "bad",
      triesLeft: null,
      triesDone: null,
      evidence: problem === null ? [] : [problem],
    },
    flags: {
      default: found.isDefault,
      lastRun: ranLast(id, running),
      pinned: null,
      staged: false,
      incomplete: problem !== null,
      identicalTo: all.filter((each) => each.toplevel === toplevel && each.id !== id).map((each) => each.id),
    },
    once: onceOf(place, found, problem, kernel, running),
    always: {
      command: problem === null ? switchCommand(found) : null,
      reason: problem ?? "Only NixOS itself writes its boot entries.",
    },
    warnings: problem === null ? warnings : [],
  };
}

/** What keeps a generation from being whole, as a sentence; null when nothing does. */
function problemOf(tree: string, { toplevel }: Generation): string | null {
  if (!isFolder(tree, toplevel)) return `Its system ${toplevel} is gone from the store.`;
  return resolveInside(tree, `${toplevel}/init`) === null ? `Its system ${toplevel} has no init.` : null;
}

interface Names {
  readonly title: string | null;
  readonly version: string | null;
  readonly warnings: readonly string[];
}

function readNames(tree: string, { toplevel }: Generation): Names {
  const warnings: string[] = [];
  const attempt = (read: () => string | null): string | null => {
    try {
      return read() || null;
    } catch (error) {
      warnings.push(`${messageOf(error)}.`);
      return null;
    }
  };
  const version = attempt(() => textInside(tree, `${toplevel}/nixos-version`)?.trim() ?? null);
  const title = attempt(() => {
    const text = textInside(tree, `${toplevel}/boot.json`);
    return text === null ? null : parseBootspec(text, `${toplevel}/boot.json`).label;
  });
  return { title, version, warnings };
}

/** The commands that make a generation of a profile what boots (NixOS manual, "Rolling back"). */
function switchCommand({ profile, number }: Generation): string {
  const path = profile === "system" ? `/${PROFILES}/system` : `/${PROFILES}/system-profiles/${profile}`;
  return `nix-env --profile ${path} --switch-generation ${number} && ${path}/bin/switch-to-configuration boot`;
}

function onceOf(
  place: Place,
  found: Generation,
  problem: string | null,
  kernel: SystemKernel,
  running: Running,
): Once {
  if (problem !== null) return { entry: null, reason: problem };
  const mounts = fstabSteps(place, found, "");
  const why =
    typeof mounts === "string" ? mounts : kernel.isRunning === true ? null : otherKernel(kernel, running);
  if (why === null) return { entry: "switch-root", reason: null };
  if (ownKernel(place, found) !== null) return { entry: "kexec", reason: why };
  return { entry: null, reason: `${why} Its own kernel is not there either.` };
}
