import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Canvas } from "@napi-rs/canvas";
import { type Context, loadCanvas } from "./canvas.ts";
import { type Band, damage } from "./damage.ts";
import { drawRows } from "./draw.ts";
import type { Layout } from "./operation.ts";
import type { Surface } from "./surface.ts";

/** Pixels of the canvas that everything is painted on, strip by strip. */
const STRIP_PIXELS = 300_000;
/** A minor collection after so many read-backs keeps their copies from piling up outside V8's sight. */
const COLLECT_EVERY = 4;

/** Paints layouts on a surface: the rows that changed, on one small canvas, one read-back per turn. */
export class Painter {
  readonly #surface: Surface;
  readonly #stripRows: number;
  readonly #canvas: Canvas;
  readonly #context: Context;
  #shown: Layout | null = null;
  #readBacks = 0;

  constructor(surface: Surface) {
    const { width, height } = surface.geometry;
    this.#surface = surface;
    this.#stripRows = Math.min(height, Math.max(16, Math.ceil(STRIP_PIXELS / width)));
    this.#canvas = new (loadCanvas().CanvasElement)(width, this.#stripRows);
    this.#context = this.#canvas.getContext("2d");
  }

  /** What is on the screen; null before the first paint. */
  get shown(): Layout | null {
    return this.#shown;
  }

  /** Brings the surface to the layout; false when the surface is gone. */
  async paint(layout: Layout): Promise<boolean> {
    for (const band of damage(this.#shown, layout))
      for (const strip of strips(band, this.#stripRows))
        if (!(await this.#paintStrip(layout, strip))) return false;
    this.#shown = layout;
    return true;
  }

  async #paintStrip(layout: Layout, { y, rows }: Band): Promise<boolean> {
    // Two read-backs in one turn of the event loop would keep both copies, see COLLECT_EVERY.
    if (this.#readBacks > 0) await setImmediate();
    drawRows(this.#context, layout, this.#surface.order, y, rows);
    const pixels = this.#canvas.data();
    const written = this.#surface.write(y, rows, pixels.subarray(0, rows * layout.width * 4));
    this.#readBacks += 1;
    if (this.#readBacks % COLLECT_EVERY === 0) collectMinor();
    return written;
  }
}

/** A band in pieces of at most `most` rows; no piece has a single row (see Framebuffer), unless the band has. */
export function strips(band: Band, most: number): Band[] {
  const pieces: Band[] = [];
  for (let done = 0; done < band.rows; ) {
    const left = band.rows - done;
    const rows = left > most ? Math.min(most, left - 2) : left;
    pieces.push({ y: band.y + done, rows });
    done += rows;
  }
  return pieces;
}

type Collect = (options: { type: "minor" }) => void;
let collect: Collect | null = null;

/** V8's own collection of young objects, some 0.4 ms. Taken at run time: as a flag it would void the code cache. */
function collectMinor(): void {
  if (collect === null) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as Collect;
  }
  collect({ type: "minor" });
}
