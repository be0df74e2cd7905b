import { type EntryName, entryId } from "./entry-name.ts";
import { compareVersions } from "./version-order.ts";

/** What the place of an entry in systemd-boot's list depends on. */
export interface Ordered {
  readonly name: EntryName;
  readonly sortKey: string | null;
  readonly machineId: string | null;
  readonly version: string | null;
}

/**
 * Order of systemd-boot and `bootctl list` (systemd 252, config_entry_compare): entries with no tries left
 * come last; then those with a sort key by it, machine id and newest version; then the newest file name; of
 * twins the one without a counter, then the one with more tries left, then with fewer done.
 */
export function compareEntries(a: Ordered, b: Ordered): number {
  return (
    Number(a.name.counter?.left === 0) - Number(b.name.counter?.left === 0) ||
    Number(a.sortKey === null) - Number(b.sortKey === null) ||
    (a.sortKey === null ? 0 : compareKeys(a, b)) ||
    compareVersions(entryId(b.name), entryId(a.name)) ||
    compareCounters(a.name, b.name)
  );
}

function compareKeys(a: Ordered, b: Ordered): number {
  return (
    compareText(a.sortKey ?? "", b.sortKey ?? "") ||
    compareText(a.machineId ?? "", b.machineId ?? "") ||
    compareVersions(b.version ?? "", a.version ?? "")
  );
}

function compareCounters(a: EntryName, b: EntryName): number {
  if (a.counter === null || b.counter === null) {
    return Number(a.counter !== null) - Number(b.counter !== null);
  }
  return b.counter.left - a.counter.left || (a.counter.done ?? 0) - (b.counter.done ?? 0);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
