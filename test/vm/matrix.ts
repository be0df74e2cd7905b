import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "../../src/build/paths.ts";
import type { Arch } from "../../src/build/target.ts";

/** Where a run of the VM tests keeps what it has seen to work. */
export const MATRIX = join(CACHE, "matrix.jsonl");

/** What was seen on one machine: its panel, by the interface that it was drawn through, and what led through the menu. */
export interface Proof {
  readonly arch: Arch;
  readonly display: string;
  readonly inputs: readonly string[];
}

/** Notes what a test has just seen to work, for the table at the end of the run. */
export function proved(proof: Proof): void {
  mkdirSync(CACHE, { recursive: true });
  appendFileSync(MATRIX, `${JSON.stringify(proof)}\n`);
}

/** What a run noted; nothing where no test did. */
export function proofs(): Proof[] {
  try {
    const lines = readFileSync(MATRIX, "utf8").trim().split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Proof);
  } catch {
    return [];
  }
}

/** Displays and architectures down, inputs across; "yes" for what led through the menu there, blank where it was not tried. */
export function matrixTable(all: readonly Proof[]): string {
  const inputs = [...new Set(all.flatMap((proof) => proof.inputs))].sort();
  const places = [...new Set(all.map(placeOf))].sort();
  const rows = places.map((place) => {
    const seen = new Set(all.filter((proof) => placeOf(proof) === place).flatMap((proof) => proof.inputs));
    return [place, ...inputs.map((input) => (seen.has(input) ? "yes" : ""))];
  });
  const cells = [["display", ...inputs], ...rows];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function placeOf({ arch, display }: Proof): string {
  return `${arch} ${display}`;
}
