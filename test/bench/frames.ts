import { spawnSync } from "node:child_process";
import { openSync, readFileSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { loadCanvas } from "../../src/panel/canvas.ts";
import { measureText } from "../../src/panel/draw.ts";
import { layOut } from "../../src/panel/layout.ts";
import { memorySurface } from "../../src/panel/memory.ts";
import { Painter } from "../../src/panel/painter.ts";
import { homeFallback } from "../fixtures/views.ts";
import { type Figure, median } from "./figure.ts";

const [WIDTH, HEIGHT] = [1080, 2340];
const FRAMES = 10_000;

/** Moves the focus over the home screen `count` times; milliseconds from key to changed pixels, each. */
async function moves(count: number): Promise<{ times: number[]; rows: number }> {
  loadCanvas();
  let rows = 0;
  const surface = memorySurface(WIDTH, HEIGHT);
  const counting = {
    ...surface,
    write(y: number, count: number, pixels: Buffer) {
      rows += count;
      return surface.write(y, count, pixels);
    },
  };
  const painter = new Painter(counting);
  const paint = (focus: number) =>
    painter.paint(layOut({ ...homeFallback, focus }, surface.geometry, measureText));
  await paint(0);
  rows = 0;
  const times: number[] = [];
  for (let frame = 0; frame < count; frame += 1) {
    await setImmediate();
    const start = performance.now();
    await paint(1 + (frame % 2));
    times.push(performance.now() - start);
  }
  return { times, rows: rows / count };
}

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

/** Peak of the resident memory of this process, in MB (VmHWM of /proc/self/status). */
function peakMegabytes(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}

export async function benchFrames(): Promise<Figure[]> {
  const { times, rows } = await moves(400);
  const child = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, "memory"], {
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(child.stderr);
  const [half = Number.NaN, full = Number.NaN] = child.stdout.trim().split(" ").map(Number);
  return [
    {
      what: "key to changed pixels in memory, 1080x2340",
      value: median(times),
      unit: "ms",
      reference: { what: "plain write of those rows", value: plainWrite(rows, 400) },
      promise: "<= 1 ms",
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

if (process.argv[2] === "memory" && process.argv[1] === import.meta.filename) {
  await moves(FRAMES / 2);
  const half = peakMegabytes();
  await moves(FRAMES / 2);
  process.stdout.write(`${half} ${peakMegabytes()}\n`);
}
