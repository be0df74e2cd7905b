import { run } from "../../src/build/run.ts";

/** Counters of a slot as the real cgpt reads them. */
export interface Counters {
  readonly priority: number;
  readonly tries: number;
  readonly successful: boolean;
}

/** Kernel partitions follow the ESP in slot order: src/build/disk-image.ts. */
const partitionOf = (slot: string) => `${slot.charCodeAt(0) - "a".charCodeAt(0) + 2}`;

/** What cgpt says about a slot of a disk image. */
export function readCounters(disk: string, slot: string): Counters {
  const value = (flag: string) => Number(run("cgpt", ["show", "-i", partitionOf(slot), flag, disk]));
  return { priority: value("-P"), tries: value("-T"), successful: value("-S") === 1 };
}

/** Sets a slot's counters with cgpt. */
export function writeCounters(disk: string, slot: string, counters: Counters): void {
  const { priority, tries, successful } = counters;
  const values = ["-P", `${priority}`, "-T", `${tries}`, "-S", successful ? "1" : "0"];
  run("cgpt", ["add", "-i", partitionOf(slot), ...values, disk]);
}
