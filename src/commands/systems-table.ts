import { isSlotKey, type KeptSystem, type KeptSystems } from "../domain/kept-systems.ts";
import { columns } from "./status-table.ts";

/** The systems of all families for people, one table for each family and file system. */
export function systemsTable({ groups }: KeptSystems): string {
  if (groups.length === 0) return "There are no systems of other families on the disks.\n";
  return groups
    .flatMap(({ kind, device, systems }) => [
      `${kind} on ${device}:`,
      ...columns([
        ["SYSTEM", "TITLE", "VERSION", "DATE", "HEALTH", "ENTERED BY", "MARKS"],
        ...systems.map(rowOf),
      ]),
      ...systems.flatMap(notesOf),
      "",
    ])
    .join("\n");
}

function rowOf(system: KeptSystem): string[] {
  const { key, title, version, date, health, once } = system;
  const cells = [key, title, version, date, health.state, once.entry, marksOf(system)];
  return cells.map((cell) => (cell === null || cell === "" ? "-" : cell));
}

function marksOf({ flags, kernel }: KeptSystem): string {
  const marks: readonly (readonly [string, boolean | null])[] = [
    ["default", flags.default],
    ["ran last", flags.lastRun],
    ["pinned", flags.pinned],
    ["staged", flags.staged],
    ["incomplete", flags.incomplete],
    ["running kernel", kernel.isRunning],
  ];
  return marks.flatMap(([mark, isSet]) => (isSet === true ? [mark] : [])).join(", ");
}

function notesOf({ key, once, always, health, warnings }: KeptSystem): string[] {
  // The store of slots is this device's own, whatever runs.
  const where = isSlotKey(key) ? "" : ", run in it";
  const command = always.command === null ? [] : [`To make it the default${where}: ${always.command}`];
  const notes = [once.reason, ...health.evidence, ...command, ...warnings].filter((note) => note !== null);
  return [...new Set(notes)].map((note) => `  ${key}: ${note}`);
}
