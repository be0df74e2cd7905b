import { spawnSync } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { CACHE } from "../../src/build/paths.ts";
import { EXEC_ARGV } from "../../src/build/sea.ts";
import { HOST, targetOf } from "../../src/build/target.ts";
import { type Figure, median } from "./figure.ts";
import { moves } from "./moves.ts";
import { HEIGHT, WIDTH } from "./panel.ts";
import { scrolling } from "./scrolling.ts";

const FRAMES = 10_000;
/** Pictures of scrolling, each of which is all of the screen. */
const SCROLLED = 4000;

/** What the supervisor gives the menu: see initramfs-hooks/boot. */
const MENU_ENV = { MALLOC_ARENA_MAX: "1" };

/** Milliseconds that a plain write(2) of as many rows takes, into a file in memory. */
function plainWrite(rows: number, count: number): number {
  const fd = openSync("/dev/shm/holdfast-bench", "w");
  const bytes = Buffer.alloc(Math.round(rows) * WIDTH * 4, 7);
  const times: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const start = performance.now();
    writeSync(fd, bytes, 0, bytes.length, 0);
    times.push(performance.now() - start);
  }
  return median(times);
}

/**
 * Peaks of the memory of a process that shows so many frames, half of them and all, in MB. It is bundled and
 * has the options of the binary: to strip types takes 40 MB that the menu never has.
 */
async function peaks(name: "moves" | "scrolling", frames: number): Promise<[number, number]> {
  // Below the project, where the canvas library and the fonts are found.
  const program = join(CACHE, `bench/${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  const child = spawnSync(targetOf(HOST).node, [...EXEC_ARGV, program, String(frames)], {
    encoding: "utf8",
    env: { ...process.env, ...MENU_ENV },
  });
  if (child.status !== 0) throw new Error(child.stderr);
  const [half = Number.NaN, full = Number.NaN] = child.stdout.trim().split(" ").map(Number);
  return [half, full];
}

export async function benchFrames(): Promise<Figure[]> {
  const { times, rows } = await moves(400);
  const pictures = await scrolling(400);
  const [half, full] = await peaks("moves", FRAMES);
  const [halfScrolled, scrolled] = await peaks("scrolling", SCROLLED);
  return [
    {
      what: "key to changed pixels in memory, 1080x2340",
      value: median(times),
      unit: "ms",
      reference: { what: "plain write of those rows", value: plainWrite(rows, 400) },
      promise: "<= 1 ms",
    },
    {
      what: "a picture of a scrolling list, 1080x2340",
      value: median(pictures),
      unit: "ms",
      reference: { what: "plain write of all rows", value: plainWrite(HEIGHT, 400) },
      promise: "<= 16.7 ms: 60 a second",
    },
    {
      what: `peak memory over ${SCROLLED} pictures of scrolling, 1080x2340`,
      value: scrolled,
      unit: "MB",
      reference: { what: `over ${SCROLLED / 2}`, value: halfScrolled },
      promise: "<= 110 MB, flat",
    },
    {
      what: `peak memory over ${FRAMES} frames, 1080x2340`,
      value: full,
      unit: "MB",
      reference: { what: `over ${FRAMES / 2}`, value: half },
      promise: "<= 110 MB, flat",
    },
  ];
}
