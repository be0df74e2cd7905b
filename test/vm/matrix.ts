import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "../../src/build/paths.ts";

/** Where a run of the VM tests keeps what it has seen to work. */
export const MATRIX = join(CACHE, "matrix.jsonl");

/** Machines that the tests have, by what they show the menu on: a driver and the interface that is drawn through. */
const PLACES = [
  ...["x64 bochs, fbdev", "x64 bochs, DRM", "x64 virtio-gpu, fbdev", "x64 virtio-gpu, DRM"],
  ...["x64 efifb, 32 bits", "x64 vesafb, 24 bits", "x64 vesafb, 16 bits", "x64 serial alone"],
  ...["arm64 virtio-gpu, fbdev"],
] as const;

/** What leads through the menu there; "li" is libinput, everything else evdev. */
const INPUTS = [
  ...["keyboard", "tablet", "touch A", "touch B", "real phones", "mouse", "gpio-keys", "power key"],
  ...["headset", "camera", "knob", "gamepad", "lid", "li keys", "li touch", "li tablet", "serial"],
] as const;

export type Place = (typeof PLACES)[number];
export type Input = (typeof INPUTS)[number];

/** What was seen on one machine. */
export interface Proof {
  readonly place: Place;
  readonly inputs: readonly Input[];
}

/** Notes what a test has just seen to work, for the table at the end of the run. */
export function proved(place: Place, ...inputs: readonly Input[]): void {
  mkdirSync(CACHE, { recursive: true });
  appendFileSync(MATRIX, `${JSON.stringify({ place, inputs } satisfies Proof)}\n`);
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

/** Architecture and display down, input across: "yes" for what led through the menu there, blank for what was not tried. */
export function matrixTable(all: readonly Proof[]): string {
  const rows = PLACES.map((place) => {
    const seen = new Set(all.filter((proof) => proof.place === place).flatMap((proof) => proof.inputs));
    return [place, ...INPUTS.map((input) => (seen.has(input) ? "yes" : ""))];
  });
  const cells = [["", ...INPUTS], ...rows];
  const width = (column: number) => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
