import { choose } from "./choose.ts";
import type { Machine } from "./machine.ts";

/** boot.json as the real root finds it. */
export interface BootRecord {
  readonly slot: string;
  readonly reason: { readonly code: string; readonly text: string };
  readonly counters: { readonly priority: number | null; readonly triesLeft: number | null };
  readonly kernel: string;
  readonly state?: {
    readonly kind: string;
    readonly problem: string | null;
    readonly notes: readonly string[];
  };
}

/** Waits until the system of a slot says on the serial console who it is, and answers its boot.json. */
export async function waitForSlot(machine: Machine, slot: string, timeout = 90_000): Promise<BootRecord> {
  await machine.terminal.waitForHistory(new RegExp(`This is slot ${slot.toUpperCase()}:`), timeout);
  await machine.agent.ready();
  return JSON.parse(await machine.agent.output("cat /run/holdfast/boot.json")) as BootRecord;
}

/** Waits until the running system has told Holdfast that it works. */
export async function waitForGoodMark(machine: Machine, slot: string): Promise<void> {
  await machine.terminal.waitForHistory(new RegExp(`slot ${slot.toUpperCase()}: marked good`));
  // The mark is on the disk of the host too.
  await machine.agent.output("sync");
}

/** Command lines of the processes that have one, which kernel threads do not. */
export async function processes(machine: Machine): Promise<string[]> {
  const list = "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null && echo; done";
  const lines = (await machine.agent.output(list)).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

/** Leaves the screen that is open and starts slot A from the first one. */
export async function startSlotA(machine: Machine): Promise<void> {
  machine.terminal.type("\x1b");
  // Other screens have a start of slot A, too.
  await machine.terminal.waitFor(/^Boot menu/);
  await choose(machine, "Start Slot A");
  await waitForSlot(machine, "a");
}

/** Stops a machine with everything that was written on its disk. */
export async function stopSynced(machine: Machine): Promise<void> {
  await machine.agent.output("sync");
  await machine.stop();
}
