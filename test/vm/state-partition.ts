import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { run } from "../../src/build/run.ts";
import { RESET_RESERVED_BYTES } from "../../src/domain/reset.ts";

/** In bytes. */
export interface Place {
  readonly start: number;
  readonly size: number;
}

/** Where the state partition of a disk image lies, as sfdisk says. */
export function statePartition(disk: string): Place {
  const table = JSON.parse(run("sfdisk", ["--json", disk])).partitiontable;
  const found = table.partitions.find((each: { name: string }) => each.name === "state");
  return { start: found.start * 512, size: found.size * 512 };
}

/** SHA-256 of everything on the disk besides the state partition. */
export function outsideState(disk: string): string {
  const { start, size } = statePartition(disk);
  const bytes = readFileSync(disk);
  const parts = [bytes.subarray(0, start), bytes.subarray(start + size)];
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
}

/** The end of the state partition, where the record of a reset lies. */
export function recordPlace(disk: string): Buffer {
  const { start, size } = statePartition(disk);
  return readFileSync(disk).subarray(start + size - RESET_RESERVED_BYTES, start + size);
}
