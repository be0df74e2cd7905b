import { setImmediate } from "node:timers/promises";
import type { Canvas } from "@napi-rs/canvas";
import { loadCanvas } from "./canvas.ts";
import { type Band, damage } from "./damage.ts";
import { drawRows } from "./draw.ts";
import type { Layout } from "./operation.ts";
import type { Surface } from "./surface.ts";

/**
 * Pixels that are painted at once at most; what is larger is painted strip by strip. Every read-back takes
 * fresh memory, and small pieces of it are had sooner: the first frame of 1080x2340 takes 10 ms of read-backs
 * in strips of 384 rows, 5 ms in strips of 192. Later a strip should hold a whole slot card.
 */
const STRIP_PIXELS = { first: 210_000, later: 420_000 } as const;
/** Heights of canvases go up by this many rows: a read-back costs all of a canvas, so it should hardly be larger. */
const STEP_ROWS = 64;
/** Canvases that are kept; items of a screen come in two or three heights. */
const KEPT_CANVASES = 4;
/** A minor collection after so many read-backs keeps their copies from piling up outside V8's sight. */
const COLLECT_EVERY = 4;

/** Paints layouts on a surface: the rows that changed, on small canvases, one read-back per turn. */
export class Painter {
  readonly #surface: Surface;
  readonly #canvases = new Map<number, Canvas>();
  #shown: Layout | null = null;
  #readBacks = 0;
  /** Ends when the turn of the last read-back is over and its copy is collected. */
  #rest: Promise<void> = Promise.resolve();

  constructor(surface: Surface) {
    this.#surface = surface;
  }

  /** What is on the screen; null before the first paint. */
  get shown(): Layout | null {
    return this.#shown;
  }

  /** Brings the surface to the layout, as soon as all pixels are there; false when the surface is gone. */
  async paint(layout: Layout): Promise<boolean> {
    await this.#rest;
    for (const [index, strip] of this.#strips(layout).entries()) {
      // Two read-backs in one turn of the event loop would keep both copies, see COLLECT_EVERY.
      if (index > 0) await setImmediate();
      if (!this.#paintStrip(layout, strip)) return false;
    }
    this.#shown = layout;
    this.#rest = this.#tidy();
    return true;
  }

  async #tidy(): Promise<void> {
    await setImmediate();
    if (this.#readBacks < COLLECT_EVERY) return;
    this.#readBacks = 0;
    await collectMinor();
  }

  #strips(layout: Layout): Band[] {
    const pixels = this.#shown === null ? STRIP_PIXELS.first : STRIP_PIXELS.later;
    const steps = Math.max(1, Math.floor(pixels / layout.width / STEP_ROWS));
    return damage(this.#shown, layout).flatMap((band) => strips(band, steps * STEP_ROWS));
  }

  #paintStrip(layout: Layout, { y, rows }: Band): boolean {
    const canvas = this.#canvasFor(rows);
    drawRows(canvas.getContext("2d"), layout, this.#surface.order, y, rows);
    const pixels = canvas.data();
    this.#readBacks += 1;
    return this.#surface.write(y, rows, pixels.subarray(0, rows * layout.width * 4));
  }

  /** The canvas of the next height that holds the rows; the one that was not used for longest is dropped. */
  #canvasFor(rows: number): Canvas {
    const height = Math.ceil(rows / STEP_ROWS) * STEP_ROWS;
    const canvas =
      this.#canvases.get(height) ?? new (loadCanvas().CanvasElement)(this.#surface.geometry.width, height);
    this.#canvases.delete(height);
    this.#canvases.set(height, canvas);
    const [oldest] = this.#canvases.keys();
    if (this.#canvases.size > KEPT_CANVASES && oldest !== undefined) this.#canvases.delete(oldest);
    return canvas;
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

/**
 * V8's own collection of young objects, some 0.4 ms. Taken at run time and the flag put back: V8 rejects the
 * code cache of what is loaded under other flags than it was made with.
 */
async function collectMinor(): Promise<void> {
  collect ??= await takeCollect();
  collect({ type: "minor" });
}

async function takeCollect(): Promise<Collect> {
  // node:v8 brings all of streams; the first frame does not wait for that.
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const taken = runInNewContext("gc") as Collect;
  setFlagsFromString("--no-expose-gc");
  return taken;
}
