import { setImmediate } from "node:timers/promises";
import { loadCanvas } from "../../src/panel/canvas.ts";
import { AT_REST } from "../../src/panel/content.ts";
import { measureText } from "../../src/panel/draw.ts";
import { layOut } from "../../src/panel/layout.ts";
import { memorySurface } from "../../src/panel/memory.ts";
import { Painter } from "../../src/panel/painter.ts";
import { manySlots } from "../fixtures/widget-views.ts";
import { HEIGHT, peakMegabytes, WIDTH } from "./panel.ts";

/**
 * Scrolls a long list by a few pixels `count` times, there and back; milliseconds from the position to changed
 * pixels, each. Every picture repaints the whole list.
 */
export async function scrolling(count: number, after: (frame: number) => void = () => {}): Promise<number[]> {
  loadCanvas();
  const surface = memorySurface(WIDTH, HEIGHT);
  const painter = new Painter(surface);
  const paint = (scroll: number) =>
    painter.paint(layOut(manySlots, surface.geometry, measureText, { ...AT_REST, follow: false, scroll }));
  await paint(0);
  const most = painter.shown?.maxScroll ?? 0;
  const times: number[] = [];
  for (let frame = 0; frame < count; frame += 1) {
    await setImmediate();
    const start = performance.now();
    // 23 pixels a picture, from one end to the other and back.
    const way = (frame * 23) % (2 * most);
    await paint(way <= most ? way : 2 * most - way);
    times.push(performance.now() - start);
    after(frame + 1);
  }
  return times;
}

// As a program of its own: the peak of its memory after half of so many pictures, and after all of them, in MB.
if (import.meta.main) {
  const count = Number(process.argv[2]);
  const peaks: number[] = [];
  await scrolling(count, (frame) => {
    if (frame === count / 2 || frame === count) peaks.push(peakMegabytes());
  });
  process.stdout.write(`${peaks.join(" ")}\n`);
}
