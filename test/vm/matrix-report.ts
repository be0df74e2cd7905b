import { rmSync } from "node:fs";
import { MATRIX, matrixTable, proofs } from "./matrix.ts";

/** Begins a run of the VM tests without what an earlier one noted. */
export function setup(): void {
  rmSync(MATRIX, { force: true });
}

/** Prints which displays and inputs the run has seen to work together. */
export function teardown(): void {
  const all = proofs();
  if (all.length > 0) process.stdout.write(`\nSeen to work in this run:\n${matrixTable(all)}\n`);
}
