import { HoldfastError } from "../../domain/errors.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import { needEntry, type Once, type Running, refuseAlways, type System } from "../../domain/system.ts";
import type { PackageSet } from "../packages.ts";
import type { HandOver, Kind, Place, SwitchRoot } from "./kind.ts";
import { otherKernel } from "./tree.ts";

/** What tells one family from another; `Found` is one of its systems as it was found on the disk. */
export interface Family<Found extends { readonly id: string }> {
  readonly name: Kind["name"];
  /** What one of its systems is called in a sentence, such as "OSTree deployment". */
  readonly noun: string;
  /** All systems of a place in the family's own order. */
  find(place: Place): readonly Found[];
  /** Where its files lie; null where they are gone. */
  tree(place: Place, found: Found): string | null;
  /** A list of its packages that is kept beside its files; there is none when missing. */
  packages?(place: Place, found: Found): PackageSet | null;
  /** Which of them the kernel command line names, by the words of its family; none when missing. */
  named?(place: Place, all: readonly Found[], commandLine: string): Found | undefined;
  describe(place: Place, found: Found, all: readonly Found[], running: Running): System;
  /** How it is entered under the running kernel. */
  enter(place: Place, found: Found, target: string): SwitchRoot | HandOver;
  /** Its own kernel; null where that is not all there. */
  kernel(place: Place, found: Found): OwnKernel | null;
}

/** A kind whose default only the running system can change, made of what tells its family from others. */
export function makeKind<Found extends { readonly id: string }>(family: Family<Found>): Kind {
  const find = (place: Place, id: string) => family.find(place).find((each) => each.id === id);
  const one = (place: Place, id: string, running: Running) => {
    const all = family.find(place);
    const found = all.find((each) => each.id === id);
    if (found === undefined) throw new HoldfastError("usage", `There is no ${family.noun} ${id} here.`);
    return { found, system: family.describe(place, found, all, running) };
  };
  return {
    name: family.name,
    list: (place) => family.find(place).map(({ id }) => id),
    each(place, running) {
      const all = family.find(place);
      return all.map((found) => ({
        id: found.id,
        describe: () => family.describe(place, found, all, running),
      }));
    },
    describe: (place, id, running) => one(place, id, running).system,
    treeOf(place, id) {
      const found = find(place, id);
      return found === undefined ? null : family.tree(place, found);
    },
    packagesOf(place, id) {
      const found = find(place, id);
      return found === undefined ? null : (family.packages?.(place, found) ?? null);
    },
    named: (place, commandLine) => family.named?.(place, family.find(place), commandLine)?.id ?? null,
    select: (place, id, running) => refuseAlways(one(place, id, running).system),
    open(place, id, running, target) {
      const { found, system } = one(place, id, running);
      const kernel = system.once.entry === "kexec" ? family.kernel(place, found) : null;
      if (kernel !== null) return { entry: "kexec", kernel };
      needEntry(system, "switch-root");
      return family.enter(place, found, target);
    },
  };
}

/** What is known of how a system could be entered. */
export interface Ways {
  /** Why nothing of it may be started, as a sentence; null when nothing is wrong. */
  readonly problem: string | null;
  /** Why its root is not ours to mount, as a sentence; asked only of what is whole. */
  inPlaceProblem(): string | null;
  readonly kernel: System["kernel"];
  /** Its own kernel; asked only where the running one does not fit. */
  ownKernel(): OwnKernel | null;
  /** Said where there is none. */
  readonly noKernel: string;
}

/** In place under the running kernel where that fits, else by its own kernel, else not at all. */
export function onceOf({ problem, kernel, ...ways }: Ways, running: Running): Once {
  if (problem !== null) return { entry: null, reason: problem };
  const why = ways.inPlaceProblem() ?? (kernel.isRunning === true ? null : otherKernel(kernel, running));
  if (why === null) return { entry: "switch-root", reason: null };
  if (ways.ownKernel() !== null) return { entry: "kexec", reason: why };
  return { entry: null, reason: `${why} ${ways.noKernel}` };
}
