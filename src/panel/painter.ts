import { setImmediate } from "node:timers/promises";
import type { Canvas } from "@napi-rs/canvas";
import { loadCanvas } from "./canvas.ts";
import { type Band, damage } from "./damage.ts";
import { drawRows } from "./draw.ts";
import type { Layout } from "./operation.ts";
import type { Surface } from "./surface.ts";

/**
 * Pixels that are painted at once at most; what is larger is painted strip by strip. All strips of a frame are
 * read into the memory of the first one, and that shall be little: fresh pages take longer than drawing, and
 * strips of twice as much keep 9 MB more without being quicker.
 */
const STRIP_PIXELS = 210_000;
/** Heights of canvases go up by this many rows: a read-back costs all of a canvas, so it should hardly be larger. */
const STEP_ROWS = 64;
/** Canvases that are kept; items of a screen come in two or three heights. */
const KEPT_CANVASES = 4;

/** Paints layouts on a surface: the rows that changed, on small canvases, one read-back per turn. */
export class Painter {
  readonly #surface: Surface;
  readonly #canvases = new Map<number, Canvas>();
  #shown: Layout | null = null;
  /** What was shown may not be on the screen any more. */
  #isLost = false;
  /** Ends with the turn of the last read-back, see `release`. */
  #turn: Promise<void> = Promise.resolve();

  constructor(surface: Surface) {
    this.#surface = surface;
  }

  /** What is on the screen; null before the first paint. */
  get shown(): Layout | null {
    return this.#shown;
  }

  /** The screen may have lost what it showed: the next paint is one of all rows. */
  lose(): void {
    this.#isLost = true;
  }

  /** Brings the surface to the layout, as soon as all pixels are there; false when the surface is gone. */
  async paint(layout: Layout): Promise<boolean> {
    const changed = this.#strips(layout);
    this.#isLost = false;
    for (const strip of changed) {
      await this.#turn;
      if (!this.#paintStrip(layout, strip)) return false;
      this.#turn = setImmediate();
    }
    this.#shown = layout;
    return this.#surface.flush?.() ?? true;
  }

  #strips(layout: Layout): Band[] {
    const steps = Math.max(1, Math.floor(STRIP_PIXELS / this.#surface.geometry.width / STEP_ROWS));
    return damage(this.#isLost ? null : this.#shown, layout).flatMap((band) =>
      strips(band, steps * STEP_ROWS),
    );
  }

  #paintStrip(layout: Layout, { y, rows }: Band): boolean {
    const canvas = this.#canvasFor(rows);
    drawRows(canvas.getContext("2d"), layout, this.#surface.order, y, rows);
    const pixels = canvas.data();
    const written = this.#surface.write(y, rows, pixels.subarray(0, rows * this.#surface.geometry.width * 4));
    release(pixels);
    return written;
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

/**
 * Gives the memory of a read-back to the next one, at the end of this turn. V8 does not see its size and
 * would keep hundreds of copies: 217 MB where this takes 65, with the page faults of fresh memory each time.
 */
function release({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
