import type { DisplayMode } from "../bytes/drm-mode.ts";
import type { PixelFormat } from "../bytes/pixel-format.ts";
import type { Card, DumbBuffer } from "../linux/drm.ts";
import { SystemCallError, type Watch } from "../linux/syscalls.ts";
import type { Band } from "./damage.ts";

/** What is shown where. */
export interface Presented {
  readonly crtc: number;
  readonly mode: DisplayMode;
  readonly buffer: DumbBuffer;
  readonly format: PixelFormat;
  /** Number of the framebuffer that was shown there before, mostly the kernel's own; 0 for none. */
  readonly former: number;
}

/** The part of a card that brings pictures to the glass. */
export type Flipper = Pick<Card, "tellDirty" | "flip" | "readFlip" | "watch" | "createBuffer">;

/** More rectangles at once the kernel refuses (DRM_MODE_FB_DIRTY_MAX_CLIPS). */
const MOST_CLIPS = 256;
/** After this a flip that was not answered is taken for done, in ms. */
const FLIP_MS = 200;

/**
 * Brings rows to a card as its driver wants them: told as dirty where it keeps a copy of its own (virtio-gpu, USB and
 * SPI displays, command-mode panels), else by flips between two buffers, else straight into the one that is shown.
 * Everything is kept in a picture in ordinary memory too: buffers of cards are slow to read, or hold what was before.
 */
export class DrmPresenter {
  readonly #card: Flipper;
  readonly #shown: Presented;
  /** The whole picture, without gaps between the rows. */
  readonly picture: Buffer;
  readonly #rowBytes: number;
  #way: "dirty" | "flip" | "direct" = "dirty";
  #front: DumbBuffer;
  #back: DumbBuffer | null = null;
  /** Rows that are not on the glass yet. */
  #bands: Band[] = [];
  /** Rows that the back buffer lacks because they went into the other one. */
  #missed: Band[] = [];
  #watch: Watch | null = null;
  #flipping: NodeJS.Timeout | null = null;

  constructor(card: Flipper, shown: Presented) {
    const { mode, format, buffer } = shown;
    this.#card = card;
    this.#shown = shown;
    this.#rowBytes = mode.width * (format.bitsPerPixel / 8);
    this.picture = Buffer.alloc(mode.height * this.#rowBytes);
    this.#front = buffer;
  }

  /** Keeps rows for the next `flush`. */
  write(y: number, rows: number, pixels: Buffer): void {
    pixels.copy(this.picture, y * this.#rowBytes, 0, rows * this.#rowBytes);
    this.#bands.push({ y, rows });
  }

  /** Shows what was written since the last time; while a flip is under way, as soon as that is done. */
  flush(): void {
    if (this.#bands.length === 0 || this.#flipping !== null) return;
    if (this.#way === "dirty" && !this.#presentDirty()) this.#startFlipping();
    if (this.#way === "flip" && !this.#presentFlip()) this.#way = "direct";
    if (this.#way === "direct") this.#copy(this.#bands, this.#front);
    this.#bands = [];
  }

  close(): void {
    if (this.#flipping !== null) clearTimeout(this.#flipping);
    this.#flipping = null;
    this.#watch?.close();
    this.#watch = null;
  }

  /** False where the driver knows no dirty rows. */
  #presentDirty(): boolean {
    this.#copy(this.#bands, this.#front);
    try {
      const { width, height } = this.#shown.mode;
      const clips = this.#bands.length <= MOST_CLIPS ? this.#bands : [{ y: 0, rows: height }];
      this.#card.tellDirty(this.#front, width, clips);
      return true;
    } catch (error) {
      if (isUnknown(error)) return false;
      throw error;
    }
  }

  #startFlipping(): void {
    this.#way = "direct";
    const { mode, format } = this.#shown;
    const depth = format.bitsPerPixel === 32 ? 24 : format.bitsPerPixel;
    try {
      this.#back = this.#card.createBuffer(mode.width, mode.height, format.bitsPerPixel, depth);
      this.#watch = this.#card.watch(() => this.#onEvent());
    } catch {
      // Without memory for a second buffer there is one.
      return;
    }
    this.#missed = [{ y: 0, rows: mode.height }];
    this.#way = "flip";
  }

  /** False where the driver does not flip. */
  #presentFlip(): boolean {
    const back = this.#back;
    if (back === null) return false;
    this.#copy([...this.#missed, ...this.#bands], back);
    try {
      this.#card.flip(this.#shown.crtc, back);
    } catch (error) {
      if (isGone(error)) throw error;
      return false;
    }
    this.#missed = this.#bands;
    [this.#front, this.#back] = [back, this.#front];
    this.#flipping = setTimeout(() => this.#flipped(), FLIP_MS);
    return true;
  }

  #onEvent(): void {
    try {
      if (this.#card.readFlip()) this.#flipped();
    } catch {
      // A card that is gone stays readable for ever; the next flush says what is wrong.
      this.#watch?.close();
    }
  }

  #flipped(): void {
    if (this.#flipping !== null) clearTimeout(this.#flipping);
    this.#flipping = null;
    try {
      this.flush();
    } catch {
      // The rows are kept, and the flush of the next picture meets the same error where it can be told.
    }
  }

  #copy(bands: readonly Band[], buffer: DumbBuffer): void {
    const [bytes, row] = [buffer.bytes, this.#rowBytes];
    for (const { y, rows } of bands) {
      if (buffer.stride === row) this.picture.copy(bytes, y * row, y * row, (y + rows) * row);
      else
        for (let at = y; at < y + rows; at += 1)
          this.picture.copy(bytes, at * buffer.stride, at * row, (at + 1) * row);
    }
  }
}

/** The driver has no such call (ENOSYS; EINVAL of those that have it for other formats alone). */
function isUnknown(error: unknown): boolean {
  return (
    error instanceof SystemCallError && ["ENOSYS", "EINVAL", "ENOTTY", "EOPNOTSUPP"].includes(error.code)
  );
}

function isGone(error: unknown): boolean {
  return error instanceof SystemCallError && error.code === "ENODEV";
}
