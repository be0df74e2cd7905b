import { parseGuixParameters } from "../../bytes/guix-parameters.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { type Once, type Running, ranLast, refuseAlways, type System } from "../../domain/system.ts";
import { type Generation, readGenerations } from "./generations.ts";
import type { Kind, Place } from "./kind.ts";
import { isFolder, kernelOf, textInside } from "./tree.ts";

const PROFILES = "var/guix/profiles";

/** Guix generations: listed and described. Their words on the command line are for their own initramfs alone. */
export const guix: Kind = {
  name: "guix",
  list: (place) => generations(place).map(({ id }) => id),
  describe(place, id, running) {
    const all = generations(place);
    return describe(place, find(all, id), all, running);
  },
  select(place, id, running) {
    refuseAlways(this.describe(place, id, running));
  },
  open(place, id, running) {
    const { once } = this.describe(place, id, running);
    throw new HoldfastError("slotFailed", `${id}: ${once.reason}`);
  },
};

const generations = ({ root: { tree } }: Place) => readGenerations(tree, PROFILES, /^\/gnu\/store\/[^/]+$/);

function find(all: readonly Generation[], id: string): Generation {
  const found = all.find((each) => each.id === id);
  if (found !== undefined) return found;
  throw new HoldfastError("usage", `There is no Guix generation ${id} here.`);
}

function describe({ root }: Place, found: Generation, all: readonly Generation[], running: Running): System {
  const { id, toplevel, number } = found;
  const gone = isFolder(root.tree, toplevel) ? null : `Its system ${toplevel} is gone from the store.`;
  const label = gone === null ? readLabel(root.tree, found) : { title: null, warnings: [] };
  return {
    kind: "guix",
    id,
    title: label.title,
    version: null,
    date: found.date,
    kernel: kernelOf(root.tree, running, [`${toplevel}/kernel`]),
    health: {
      state: gone === null ? "unknown" : "bad",
      triesLeft: null,
      triesDone: null,
      evidence: gone === null ? [] : [gone],
    },
    flags: {
      default: found.isDefault,
      lastRun: ranLast(id, running),
      pinned: null,
      staged: false,
      incomplete: gone !== null,
      identicalTo: all.filter((each) => each.toplevel === toplevel && each.id !== id).map((each) => each.id),
    },
    once: onceOf(gone),
    always: {
      command: gone === null ? `guix system switch-generation ${number}` : null,
      reason: gone ?? "Only Guix itself writes its boot entries.",
    },
    warnings: label.warnings,
  };
}

function onceOf(gone: string | null): Once {
  const reason =
    gone ?? "Only the boot loader's own menu starts it: its root is for its own initramfs to find.";
  return { entry: null, reason };
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
