import { join } from "node:path";
import {
  badName,
  decrementedName,
  type EntryName,
  formatEntryName,
  goodName,
  withTries,
} from "../bytes/entry-name.ts";
import { compareEntries } from "../bytes/entry-order.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Change, Counting } from "../domain/slot.ts";
import { type BootEntry, type EntryList, twins } from "./boot-entries.ts";
import { chosen, doneInBootCountPath, names, patternFor, wished } from "./loader-choice.ts";
import { type LoaderFacts, LoaderFeature, WISHES, type WishName } from "./loader-facts.ts";

/** One write to the boot partition or to the loader's variables. */
export type LoaderStep =
  | { readonly kind: "rename"; readonly folder: string; readonly from: string; readonly to: string }
  | { readonly kind: "set"; readonly name: WishName; readonly value: string }
  | { readonly kind: "remove"; readonly name: WishName };

/** What is there before a change: the entries, and what the loader says. */
export interface LoaderState {
  readonly list: EntryList;
  readonly facts: LoaderFacts;
}

/** The part of the scheme's settings that a change depends on. */
export interface CountingRule {
  readonly freshTries: number;
  /** Holdfast starts bad entries only with a try; the loader's LoaderEntryOneShot starts them as they are. */
  readonly counting: Counting;
}

/**
 * The writes of a change to one entry, in their order; none when nothing would change. Pure. Names change
 * first: a variable alone never makes an entry bootable. Throws `badStore` for an entry that is damaged and
 * `refused` where a twin has the other name.
 */
export function planChange(
  before: LoaderState,
  entry: BootEntry,
  change: Change,
  rule: CountingRule,
): LoaderStep[] {
  if (entry.problem !== null) throw new HoldfastError("badStore", `nothing was written: ${entry.problem}`);
  const name = renamed(entry, change, rule, before.facts);
  const after = withName(before, entry, name);
  const moves = renameSteps(before.list, entry, name);
  const wishes = wishSteps(after, change);
  if (change.kind === "select" && change.once) return [...wishes, ...moves];
  return [...moves, ...keptWishes(before, after, wishes), ...wishes];
}

function renamed(entry: BootEntry, change: Change, rule: CountingRule, facts: LoaderFacts): EntryName {
  const { name } = entry;
  const isBad = name.counter?.left === 0;
  switch (change.kind) {
    case "mark-good":
      return goodName(name);
    case "mark-bad":
      return isBad ? name : badName(name, doneInBootCountPath(entry, facts));
    case "set-tries":
      return withTries(name, change.tries);
    case "take-try":
      return decrementedName(name);
    case "select":
      if (!isBad || (change.once && rule.counting === "bootloader")) return name;
      return withTries(name, change.once ? 1 : rule.freshTries);
  }
}

/** State with one entry under its new name, in the loader's order. */
interface Renamed extends LoaderState {
  readonly entry: BootEntry;
}

function withName({ list, facts }: LoaderState, entry: BootEntry, name: EntryName): Renamed {
  const moved = { ...entry, name, file: formatEntryName(name) };
  const entries = list.entries.map((each) => (each === entry ? moved : each)).toSorted(compareEntries);
  return { list: { ...list, entries }, facts, entry: moved };
}

function renameSteps(list: EntryList, entry: BootEntry, name: EntryName): LoaderStep[] {
  const to = formatEntryName(name);
  if (to === entry.file) return [];
  const group = twins(list.entries).find((each) => each.includes(entry));
  if (group !== undefined) {
    const files = group.map(({ folder, file }) => join(folder, file)).join(" and ");
    throw new HoldfastError("refused", `nothing was written: ${files} are the same entry twice`, {
      next: "remove the one that is not wanted",
    });
  }
  return [{ kind: "rename", folder: entry.folder, from: entry.file, to }];
}

function wishSteps(after: Renamed, change: Change): LoaderStep[] {
  const { list, facts, entry } = after;
  const names = (wish: WishName) => wished(wish, list, facts)?.id === entry.id;
  const forget = (wishes: readonly WishName[]) => wishes.filter(names).map(removal);
  if (change.kind === "mark-bad") return forget(WISHES);
  if (change.kind === "take-try") return forget(["LoaderEntryOneShot"]);
  if (change.kind !== "select") return [];
  if (!change.once) return [...selectSteps(after), ...removals(["LoaderEntryOneShot"], facts)];
  if (names("LoaderEntryOneShot")) return [];
  return [{ kind: "set", name: "LoaderEntryOneShot", value: patternFor(entry, list.entries, facts) }];
}

/**
 * LoaderEntryDefault makes the loader blind to counters, so it is the last resort: an entry that comes first
 * without it gets no variable at all, and a loader that knows LoaderEntryPreferred gets that one.
 */
function selectSteps({ list, facts, entry }: Renamed): LoaderStep[] {
  if (chosen(list, facts)?.id === entry.id) return [];
  const pins: readonly WishName[] = ["LoaderEntryDefault", "LoaderEntryPreferred"];
  const unpinned = {
    ...facts,
    wishes: { ...facts.wishes, LoaderEntryDefault: null, LoaderEntryPreferred: null },
  };
  if (chosen(list, unpinned)?.id === entry.id) return removals(pins, facts);
  const preferred = (facts.features & LoaderFeature.preferred) !== 0n;
  const name = preferred ? "LoaderEntryPreferred" : "LoaderEntryDefault";
  return [{ kind: "set", name, value: patternFor(entry, list.entries, facts) }];
}

/** Variables that named the entry under its old name and would not under the new one. */
function keptWishes(before: LoaderState, after: Renamed, planned: readonly LoaderStep[]): LoaderStep[] {
  const { facts } = before;
  return WISHES.flatMap((name): LoaderStep[] => {
    const value = facts.wishes[name];
    if (value === null || wished(name, before.list, facts)?.id !== after.entry.id) return [];
    if (names(value, after.entry, facts) || planned.some((step) => "name" in step && step.name === name))
      return [];
    return [{ kind: "set", name, value: patternFor(after.entry, after.list.entries, facts) }];
  });
}

function removals(wishes: readonly WishName[], facts: LoaderFacts): LoaderStep[] {
  return wishes.filter((name) => facts.wishes[name] !== null).map(removal);
}

function removal(name: WishName): LoaderStep {
  return { kind: "remove", name };
}
