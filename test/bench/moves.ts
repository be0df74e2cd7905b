import { setImmediate } from "node:timers/promises";
import { loadCanvas } from "../../src/panel/canvas.ts";
import { measureText } from "../../src/panel/draw.ts";
import { layOut } from "../../src/panel/layout.ts";
import { memorySurface } from "../../src/panel/memory.ts";
import { Painter } from "../../src/panel/painter.ts";
import { homeFallback } from "../fixtures/views.ts";
import { HEIGHT, peakMegabytes, WIDTH } from "./panel.ts";

/**
 * Moves the focus over the home screen `count` times, `after` each of which it may be looked at; milliseconds
 * from key to changed pixels, each, and the rows that one takes.
 */
export async function moves(
  count: number,
  after: (frame: number) => void = () => {},
): Promise<{ times: number[]; rows: number }> {
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
    after(frame + 1);
  }
  return { times, rows: rows / count };
}

// As a program of its own: the peak after half of so many frames, and after all of them.
if (import.meta.main) {
  const count = Number(process.argv[2]);
  const peaks: number[] = [];
  await moves(count, (frame) => {
    if (frame === count / 2 || frame === count) peaks.push(peakMegabytes());
  });
  process.stdout.write(`${peaks.join(" ")}\n`);
}
