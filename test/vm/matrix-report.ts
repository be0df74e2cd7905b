import { rmSync } from "node:fs";
import { MATRIX, matrixTable, proofs } from "./matrix.ts";

/** Begins a run of the VM tests without what an earlier one noted. */
export function setup(): void {
  rmSync(MATRIX, { force: true });
}

/** Prints which displays, inputs and architectures the run has seen to work together. */
export function teardown(): void {
  const all = proofs();
  if (all.length === 0) return;
  process.stdout.write(
    `\nWhat led through the menu in this run; blank was not tried in it:\n${matrixTable(all)}\n`,
  );
}
