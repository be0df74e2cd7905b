import { lstatSync } from "node:fs";
import { type GuixParameters, parseGuixParameters } from "../../bytes/guix-parameters.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import type { Running, System } from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import { readStorePackages } from "../store-packages.ts";
import { describeGeneration, type Generation, readGenerations } from "./generations.ts";
import type { Kind, Place } from "./kind.ts";
import { makeKind, onceOf, type Ways } from "./made-kind.ts";
import { attempt, isFolder, kernelOf, textInside } from "./tree.ts";

const PROFILES = "var/guix/profiles";

const DATABASE = { source: "guix", path: "var/guix/db/db.sqlite" } as const;

/** Guix generations. Their words on the command line are for their own initramfs alone: kexec, and nothing else. */
export const guix: Kind = makeKind({
  name: "guix",
  noun: "Guix generation",
  find: ({ root: { tree } }) => readGenerations(tree, PROFILES, /^\/gnu\/store\/[^/]+$/),
  packages: ({ root: { tree } }, { toplevel }) => attempt(() => readStorePackages(tree, DATABASE, toplevel)),
  tree: ({ root: { tree } }, { toplevel }) => resolveInside(tree, toplevel),
  describe,
  enter(_place, { id }) {
    throw new HoldfastError("slotFailed", `${id}: ${NOT_OURS}`);
  },
  kernel: ownKernel,
});

const NOT_OURS = "Its root is for its own initramfs to find.";

function describe(place: Place, found: Generation, all: readonly Generation[], running: Running): System {
  const { tree } = place.root;
  const { toplevel, number } = found;
  const gone = isFolder(tree, toplevel) ? null : `Its system ${toplevel} is gone from the store.`;
  const label = gone === null ? readLabel(tree, found) : { title: null, warnings: [] };
  const kernel = kernelOf(tree, running, [`${toplevel}/kernel`]);
  const ways: Ways = {
    problem: gone,
    inPlaceProblem: () => NOT_OURS,
    kernel,
    ownKernel: () => ownKernel(place, found),
    noKernel: "Its own kernel is not there either.",
  };
  return {
    kind: "guix",
    ...describeGeneration(found, all, gone, running),
    title: label.title,
    version: null,
    kernel,
    once: onceOf(ways, running),
    always: {
      command: gone === null ? `guix system switch-generation ${number}` : null,
      reason: gone ?? "Only Guix itself writes its boot entries.",
    },
    warnings: label.warnings,
  };
}

/** What Guix's own boot entry of a generation starts (guix: gnu/system.scm, bootable-kernel-arguments). */
function ownKernel({ root }: Place, { toplevel }: Generation): OwnKernel | null {
  const { tree, device, fstype, options: mountOptions } = root;
  const start = attempt(() => readParameters(tree, toplevel)?.start ?? null);
  if (start === null) return null;
  // Older versions named the folder of the kernel.
  const linux = [start.kernel, `${start.kernel}/bzImage`].find((path) => isFile(tree, path));
  if (linux === undefined || !isFile(tree, start.initrd)) return null;
  const words = [`root=${start.root}`, `gnu.system=${toplevel}`, `gnu.load=${toplevel}/boot`, ...start.words];
  const files = { linux, initrds: [start.initrd], options: words.join(" ") };
  return { device, fstype, mountOptions, verity: null, isUsr: false, ...files };
}

function isFile(tree: string, path: string): boolean {
  const file = resolveInside(tree, path);
  return file !== null && lstatSync(file).isFile();
}

function readParameters(tree: string, toplevel: string): GuixParameters | null {
  const where = `${toplevel}/parameters`;
  const text = textInside(tree, where);
  return text === null ? null : parseGuixParameters(text, where);
}

function readLabel(tree: string, { toplevel }: Generation): Pick<System, "title" | "warnings"> {
  try {
    const found = readParameters(tree, toplevel);
    if (found === null) return { title: null, warnings: [`Its file ${toplevel}/parameters is missing.`] };
    return { title: found.label, warnings: [] };
  } catch (error) {
    return { title: null, warnings: [`${messageOf(error)}.`] };
  }
}
