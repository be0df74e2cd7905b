import type { ResetReceipt } from "../domain/reset.ts";
import type { Slot } from "../domain/slot.ts";
import type { StateReport } from "../domain/state-report.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { type Keeping, NOT_OURS } from "./keeping.ts";

/** Lines up columns of text; the last one is not padded. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function count(value: number | null): string {
  return value === null ? "-" : String(value);
}

function marksOf(slot: Slot, status: DeviceStatus): string {
  const marks: string[] = [];
  if (status.booted?.slot === slot.id) marks.push(status.booted.certain ? "running" : "running (a guess)");
  if (status.default === slot.id) marks.push("default");
  if (status.once === slot.id) marks.push("next start only");
  return marks.join(", ") || "-";
}

function systemOf({ os }: Slot): string {
  return os === null ? "-" : [os.name, os.version].filter((part) => part !== null).join(" ");
}

function tableOf(status: DeviceStatus): string[] {
  const rows = status.slots.map((slot) => [
    slot.id,
    slot.label,
    slot.health,
    count(slot.priority),
    count(slot.triesLeft),
    count(slot.triesDone),
    slot.entry ?? "-",
    systemOf(slot),
    marksOf(slot, status),
  ]);
  return columns([
    ["SLOT", "NAME", "HEALTH", "PRIORITY", "TRIES LEFT", "TRIES DONE", "ENTERED BY", "SYSTEM", "MARKS"],
    ...rows,
  ]);
}

/** The status for people. */
export function statusTable(status: DeviceStatus, keeping: Keeping = NOT_OURS): string {
  const counter = status.counting === "bootloader" ? "the bootloader counts" : "Holdfast counts";
  const next = status.next.slot === null ? "none" : `slot ${status.next.slot}`;
  const notes = status.slots.flatMap(({ id, entryReason }) =>
    entryReason === null ? [] : [`Slot ${id}: ${entryReason}`],
  );
  return [
    ...tableOf(status),
    "",
    ...(keeping.start === null
      ? []
      : [`This start: slot ${keeping.start.slot}. ${keeping.start.reason.text}`]),
    `Next start: ${next}. ${status.next.reason.text}`,
    status.scheme === "memory"
      ? "Slot state: nobody keeps any, and nothing is counted."
      : `Slot state: ${status.scheme}; ${counter}.`,
    ...notes,
    ...(keeping.state === null ? [] : stateLines(keeping.state)),
    ...(keeping.receipt === null ? [] : [receiptLine(keeping.receipt)]),
    "",
  ].join("\n");
}

function stateLines({ kind, device, fstype, size, free, encrypted, problem }: StateReport): string[] {
  const room = size === null || free === null ? "" : `, ${mib(free)} of ${mib(size)} free`;
  const what: Readonly<Record<StateReport["kind"], string>> = {
    partition: `${device} (${fstype})${room}`,
    temporary: `in memory, for this start only${room}`,
    none: "none",
    unusable: "cannot be used",
  };
  const secret =
    encrypted?.open === true ? "open" : `not open. ${encrypted?.problem ?? "It waits for its key."}`;
  return [
    `/state: ${what[kind]}.${problem === null ? "" : ` ${problem}`}`,
    ...(encrypted === null ? [] : [`Encrypted data: ${secret}`]),
  ];
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function receiptLine({ scope, origin, time, seconds, grade, outcome, problem }: ResetReceipt): string {
  const what = outcome === "done" ? `done in ${Math.round(seconds)} s, ${grade}` : `failed: ${problem}`;
  return `Last reset: ${scope}, ${what} (${time}, asked for by ${origin}).`;
}
