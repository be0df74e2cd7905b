/** Where one colour channel lies in a pixel: `offset` bits from the least significant bit, `length` bits wide. */
export interface Channel {
  readonly offset: number;
  readonly length: number;
}

/** How a screen keeps one pixel, in a little-endian word of so many bits. */
export interface PixelFormat {
  readonly bitsPerPixel: number;
  readonly red: Channel;
  readonly green: Channel;
  readonly blue: Channel;
  /** Of length 0 where the screen has none; it is written as opaque. */
  readonly alpha: Channel;
}

const NONE: Channel = { offset: 0, length: 0 };

/** XRGB8888, the order of nearly every DRM driver: the bytes are blue, green, red and one that does not count. */
export const XRGB8888: PixelFormat = {
  bitsPerPixel: 32,
  red: { offset: 16, length: 8 },
  green: { offset: 8, length: 8 },
  blue: { offset: 0, length: 8 },
  alpha: NONE,
};

/** RGB565, of old phones and small screens. */
export const RGB565: PixelFormat = {
  bitsPerPixel: 16,
  red: { offset: 11, length: 5 },
  green: { offset: 5, length: 6 },
  blue: { offset: 0, length: 5 },
  alpha: NONE,
};

/** Why pixels of a format cannot be written, and what would be right; null for one that can. */
export function formatFault(format: PixelFormat): { found: string; right: string } | null {
  const { bitsPerPixel } = format;
  if (![16, 24, 32].includes(bitsPerPixel))
    return { found: `${bitsPerPixel} bits per pixel`, right: "only 16, 24 and 32 can be drawn" };
  let taken = 0n;
  for (const name of ["red", "green", "blue", "alpha"] as const) {
    const { offset, length } = format[name];
    const found = `${name} has ${length} bits at bit ${offset}`;
    if (name === "alpha" && length === 0) continue;
    if (length < 1 || length > 16 || offset + length > bitsPerPixel)
      return { found, right: `a channel has 1 to 16 bits within the ${bitsPerPixel} of a pixel` };
    const bits = ((1n << BigInt(length)) - 1n) << BigInt(offset);
    if ((taken & bits) !== 0n) return { found, right: "no two channels can share a bit" };
    taken |= bits;
  }
  return null;
}

/**
 * The order of bytes in which a picture can be drawn so that the screen takes it as it is: "rgb" for
 * R, G, B, X and "bgr" for B, G, R, X; null for a screen that needs every pixel converted.
 */
export function plainOrder(format: PixelFormat): "rgb" | "bgr" | null {
  const { bitsPerPixel, red, green, blue } = format;
  const isBytes = bitsPerPixel === 32 && [red, green, blue].every(({ length }) => length === 8);
  if (!isBytes || green.offset !== 8) return null;
  if (red.offset === 16 && blue.offset === 0) return "bgr";
  return red.offset === 0 && blue.offset === 16 ? "rgb" : null;
}

/**
 * Answers a function that turns opaque pixels in the bytes R, G, B, A into those of a format that
 * `formatFault` finds nothing wrong with. What it answers is overwritten by the next call.
 */
export function pixelConverter(format: PixelFormat): (rgba: Buffer) => Buffer {
  const [red, green, blue] = [levels(format.red), levels(format.green), levels(format.blue)];
  const opaque = levels(format.alpha)[255] ?? 0;
  const size = format.bitsPerPixel / 8;
  const width = size === 3 ? null : size;
  let room = new ArrayBuffer(0);
  return (rgba) => {
    const count = rgba.length >> 2;
    // Rounded up, so that a strip that is a little higher than the last does not cost fresh memory.
    if (room.byteLength < count * size) room = new ArrayBuffer(((count * size) >> 16) * 65_536 + 65_536);
    const out = Buffer.from(room, 0, count * size);
    if (width === null) {
      for (let from = 0, to = 0; to < out.length; from += 4, to += 3) {
        const word = wordAt(rgba, from);
        out[to] = word;
        out[to + 1] = word >>> 8;
        out[to + 2] = word >>> 16;
      }
      return out;
    }
    const words = width === 2 ? new Uint16Array(room, 0, count) : new Uint32Array(room, 0, count);
    for (let index = 0, from = 0; index < count; index += 1, from += 4) words[index] = wordAt(rgba, from);
    return out;
  };

  function wordAt(rgba: Buffer, at: number): number {
    return (
      (red[rgba[at] as number] as number) |
      (green[rgba[at + 1] as number] as number) |
      (blue[rgba[at + 2] as number] as number) |
      opaque
    );
  }
}

/** Each of 256 levels as the bits of a channel, rounded to the nearest level that it has. */
function levels({ offset, length }: Channel): Int32Array {
  const most = 2 ** length - 1;
  return Int32Array.from({ length: 256 }, (_, level) => Math.round((level * most) / 255) << offset);
}
