import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
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

/** Lets `change` work on a copy of the ext4 state partition whose journal was replayed, and puts that back. */
export function changeState(disk: string, change: (image: string) => void): void {
  const { start, size } = statePartition(disk);
  const image = `${disk}.state`;
  const whole = [`bs=${BLOCK}`, `count=${size / BLOCK}`, "status=none"];
  try {
    run("dd", [`if=${disk}`, `of=${image}`, `skip=${start / BLOCK}`, ...whole]);
    // 1: something was put right, as the plug was pulled while it was mounted.
    const { status, stdout } = spawnSync("e2fsck", ["-p", image], { encoding: "utf8" });
    if (status !== 0 && status !== 1) throw new Error(`e2fsck ended with ${status}: ${stdout}`);
    change(image);
    run("dd", [`if=${image}`, `of=${disk}`, `seek=${start / BLOCK}`, "conv=notrunc", ...whole]);
  } finally {
    rmSync(image, { force: true });
  }
}

/** Partitions begin and end on whole ones. */
const BLOCK = 1024 * 1024;

/** The end of the state partition, where the record of a reset lies. */
export function recordPlace(disk: string): Buffer {
  const { start, size } = statePartition(disk);
  return readFileSync(disk).subarray(start + size - RESET_RESERVED_BYTES, start + size);
}
