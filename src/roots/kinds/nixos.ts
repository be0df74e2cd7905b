import { parseBootspec } from "../../bytes/bootspec.ts";
import { parseCommandLine } from "../../domain/command-line.ts";
import { messageOf } from "../../domain/errors.ts";
import type { Running, System } from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import { readStorePackages } from "../store-packages.ts";
import { describeGeneration, type Generation, readGenerations } from "./generations.ts";
import type { Kind, Place } from "./kind.ts";
import { makeKind, onceOf, type Ways } from "./made-kind.ts";
import { fstabSteps, initOf, ownKernel, rootSteps } from "./nixos-open.ts";
import { attempt, isFolder, kernelOf, textInside } from "./tree.ts";

const PROFILES = "nix/var/nix/profiles";

const DATABASE = { source: "nix", path: "nix/var/nix/db/db.sqlite" } as const;

/** NixOS generations. Which system they are is a path of the store; the links that name them only count. */
export const nixos: Kind = makeKind({
  name: "nixos",
  noun: "NixOS generation",
  find: ({ root: { tree } }) => readGenerations(tree, PROFILES, /^\/nix\/store\/[^/]+$/),
  tree: ({ root: { tree } }, { toplevel }) => resolveInside(tree, toplevel),
  packages: ({ root: { tree } }, { toplevel }) => attempt(() => readStorePackages(tree, DATABASE, toplevel)),
  named(_place, all, commandLine) {
    const init = parseCommandLine(commandLine).get("init");
    return all.find((found) => initOf(found) === init);
  },
  describe,
  enter: (place, found, target) => ({
    entry: "switch-root",
    steps: rootSteps(place, found, target),
    init: initOf(found),
  }),
  kernel: ownKernel,
});

function describe(place: Place, found: Generation, all: readonly Generation[], running: Running): System {
  const { tree } = place.root;
  const { toplevel } = found;
  const problem = problemOf(tree, found);
  const kernel = kernelOf(tree, running, [`${toplevel}/kernel-modules`]);
  const { title, version, warnings } = readNames(tree, found);
  const ways: Ways = {
    problem,
    inPlaceProblem() {
      const mounts = fstabSteps(place, found, "");
      return typeof mounts === "string" ? mounts : null;
    },
    kernel,
    ownKernel: () => ownKernel(place, found),
    noKernel: "Its own kernel is not there either.",
  };
  return {
    kind: "nixos",
    ...describeGeneration(found, all, problem, running),
    title,
    version,
    kernel,
    once: onceOf(ways, running),
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
