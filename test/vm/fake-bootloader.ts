import { run } from "../../src/build/run.ts";
import { readCounters, writeCounters } from "./slots.ts";

/** What a bootloader decided. */
export interface Choice {
  readonly slot: string;
  /** Words for the kernel command line. */
  readonly words: readonly string[];
}

/**
 * A stand-in for vboot's firmware, for disk images: takes the slot that vboot's rule takes (highest priority
 * above 0 among the successful and those with tries), counts one try as it does (the last try takes the
 * priority with it), and names the kernel partition as `kern_guid=`. Everything through the real cgpt.
 */
export function fakeBootloader(disk: string, slots: readonly string[]): Choice | null {
  const [chosen] = slots
    .map((slot) => ({ slot, counters: readCounters(disk, slot) }))
    .filter(({ counters }) => counters.priority > 0 && (counters.successful || counters.tries > 0))
    .sort((a, b) => b.counters.priority - a.counters.priority);
  if (chosen === undefined) return null;
  const { slot, counters } = chosen;
  if (!counters.successful) {
    const last = counters.tries === 1;
    const priority = last ? 0 : counters.priority;
    writeCounters(disk, slot, { ...counters, priority, tries: counters.tries - 1 });
  }
  const partition = run("cgpt", ["find", "-n", "-l", `kernel_${slot}`, disk]).trim();
  const guid = run("cgpt", ["show", "-i", partition, "-u", disk]).trim();
  return { slot, words: [`kern_guid=${guid}`] };
}
