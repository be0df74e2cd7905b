import { entryId, formatEntryName, parseEntryName } from "../bytes/entry-name.ts";
import { matchesGlob } from "../bytes/glob.ts";
import type { BootEntry, EntryList } from "./boot-entries.ts";
import { type LoaderFacts, LoaderFeature, type WishName } from "./loader-facts.ts";
import { bindingOf, sameBinding } from "./root-binding.ts";

/** First systemd-boot whose ids may be without counters; before it a pattern has to match the file name. */
const PLAIN_IDS_SINCE = 258;

/** Whether a pattern of a variable or of loader.conf names the entry, as this loader compares them. */
export function names(pattern: string, entry: BootEntry, facts: LoaderFacts): boolean {
  const wanted = pattern.toLowerCase();
  if (matchesGlob(wanted, entry.file.toLowerCase())) return true;
  const version = /^systemd-boot (\d+)/.exec(facts.info ?? "")?.[1];
  const countersOnly = version !== undefined && Number(version) < PLAIN_IDS_SINCE;
  return !countersOnly && matchesGlob(wanted, entry.id);
}

/** The entry that a variable asks for; null when it asks for none that is there. */
export function wished(name: WishName, list: EntryList, facts: LoaderFacts): BootEntry | null {
  return firstOf(facts.wishes[name], list.entries, facts);
}

/**
 * The entry that the loader starts when nobody interferes and LoaderEntryOneShot is left aside: what is
 * preferred and not bad, where the loader knows that; then LoaderEntryDefault and loader.conf's default,
 * which do not look at counters; then the first in order, even when all are bad.
 */
export function chosen(list: EntryList, facts: LoaderFacts): BootEntry | null {
  const { entries, conf } = list;
  const able = entries.filter((entry) => entry.name.counter?.left !== 0);
  const preferred = (facts.features & LoaderFeature.preferred) !== 0n;
  const { LoaderEntryPreferred, LoaderEntryDefault } = facts.wishes;
  return (
    (preferred ? firstOf(LoaderEntryPreferred, able, facts) : null) ??
    (preferred ? firstOf(conf.preferred, able, facts) : null) ??
    firstOf(LoaderEntryDefault, entries, facts) ??
    firstOf(conf.default, entries, facts) ??
    entries.find((entry) => entry.problem === null) ??
    null
  );
}

function firstOf(
  pattern: string | null,
  entries: readonly BootEntry[],
  facts: LoaderFacts,
): BootEntry | null {
  const value = pattern === "@saved" ? facts.lastBooted : pattern;
  if (value === null || value === "") return null;
  return entries.find((entry) => entry.problem === null && names(value, entry, facts)) ?? null;
}

/**
 * A pattern that names this entry and no other one, with any counter it may have, in every version of
 * systemd-boot. Where a longer name begins alike ("os_1" and "os_1.2"), it names the entry as it is now.
 */
export function patternFor(entry: BootEntry, entries: readonly BootEntry[], facts: LoaderFacts): string {
  const stem = entry.name.stem.toLowerCase().replaceAll(/[*?[\]]/g, "?");
  const suffix = entry.name.suffix.toLowerCase();
  const any = `${stem}[.+]*`;
  const shared = entries.some((other) => other.id !== entry.id && names(any, other, facts));
  if (!shared) return any;
  return entry.name.counter === null ? `${stem}${suffix}` : `${stem}+*${suffix}`;
}

export interface BootedEntry {
  /** Id of the entry that runs. */
  readonly id: string;
  /** Whether the loader itself says so; otherwise it is only likely. */
  readonly certain: boolean;
  /** Whether the loader counted a try for it in this boot. */
  readonly counted: boolean;
}

/**
 * The entry that runs now. Certain by the loader's own variables; a command line that is bound to the root of
 * exactly one entry is only a guess. Null when no entry of the list fits.
 */
export function bootedEntry(
  entries: readonly BootEntry[],
  facts: LoaderFacts,
  commandLine: string,
): BootedEntry | null {
  for (const path of [facts.bootCountPath, facts.selected, facts.stubImage]) {
    const id = path === null ? null : idOfPath(path);
    if (id === null || !entries.some((entry) => entry.id === id)) continue;
    return { id, certain: true, counted: path === facts.bootCountPath };
  }
  const binding = bindingOf(commandLine);
  const ids = new Set(entries.filter((each) => sameBinding(each.binding, binding)).map(({ id }) => id));
  const [id] = ids;
  return id === undefined || ids.size > 1 ? null : { id, certain: false, counted: false };
}

/** The id in a path such as "\loader\entries\os-2+1-1.conf"; null when it is no entry's. */
function idOfPath(path: string): string | null {
  const name = parseEntryName(path.split(/[\\/]/).at(-1) ?? "");
  return name === null ? null : entryId(name);
}

/** Tries that LoaderBootCountPath says were done, for the entry that it names; null for any other. */
export function doneInBootCountPath(entry: BootEntry, facts: LoaderFacts): number | null {
  if (facts.bootCountPath === null || idOfPath(facts.bootCountPath) !== entry.id) return null;
  return parseEntryName(facts.bootCountPath.split(/[\\/]/).at(-1) ?? "")?.counter?.done ?? null;
}

/** Whether the entry still has the name that it was started under: nobody has marked it since. */
export function isAsStarted(entry: BootEntry, facts: LoaderFacts): boolean {
  const started = parseEntryName(facts.bootCountPath?.split(/[\\/]/).at(-1) ?? "");
  if (started === null) return true;
  return formatEntryName(started).toLowerCase() === entry.file.toLowerCase();
}
