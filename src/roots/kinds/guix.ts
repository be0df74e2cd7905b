import { parseGuixParameters } from "../../bytes/guix-parameters.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import type { Running, System } from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import { readStorePackages } from "../store-packages.ts";
import { describeGeneration, type Generation, readGenerations } from "./generations.ts";
import type { Kind, Place } from "./kind.ts";
import { makeKind } from "./made-kind.ts";
import { attempt, isFolder, kernelOf, textInside } from "./tree.ts";

const PROFILES = "var/guix/profiles";

const DATABASE = { source: "guix", path: "var/guix/db/db.sqlite" } as const;

/** Guix generations: listed and described. Their words on the command line are for their own initramfs alone. */
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
  kernel: () => null,
});

const NOT_OURS = "Only the boot loader's own menu starts it: its root is for its own initramfs to find.";

function describe({ root }: Place, found: Generation, all: readonly Generation[], running: Running): System {
  const { toplevel, number } = found;
  const gone = isFolder(root.tree, toplevel) ? null : `Its system ${toplevel} is gone from the store.`;
  const label = gone === null ? readLabel(root.tree, found) : { title: null, warnings: [] };
  return {
    kind: "guix",
    ...describeGeneration(found, all, gone, running),
    title: label.title,
    version: null,
    kernel: kernelOf(root.tree, running, [`${toplevel}/kernel`]),
    once: { entry: null, reason: gone ?? NOT_OURS },
    always: {
      command: gone === null ? `guix system switch-generation ${number}` : null,
      reason: gone ?? "Only Guix itself writes its boot entries.",
    },
    warnings: label.warnings,
  };
}

function readLabel(tree: string, { toplevel }: Generation): Pick<System, "title" | "warnings"> {
  const where = `${toplevel}/parameters`;
  try {
    const text = textInside(tree, where);
    if (text === null) return { title: null, warnings: [`Its file ${where} is missing.`] };
    return { title: parseGuixParameters(text, where).label, warnings: [] };
  } catch (error) {
    return { title: null, warnings: [`${messageOf(error)}.`] };
  }
}
