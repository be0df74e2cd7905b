import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Connector, DisplayMode } from "../bytes/drm.ts";
import { type PixelFormat, pixelConverter, RGB565, XRGB8888 } from "../bytes/pixel-format.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { Card, type DumbBuffer } from "../linux/drm.ts";
import { openFramebuffer } from "../linux/framebuffer.ts";
import { SystemCallError } from "../linux/syscalls.ts";
import { chooseBySuitability, crtcsToTry, modesToTry, rotationOf } from "./drm-output.ts";
import { DrmPresenter } from "./drm-presenter.ts";
import { framebuffersOf, outputStates } from "./screens.ts";
import type { Surface } from "./surface.ts";

const CARDS = "/dev/dri";
/** How often it is looked whether something was plugged in, in ms; the kernel tells only by netlink. */
const LOOK_EVERY = 2000;
const DPMS = { on: 0, off: 3 } as const;

interface Output {
  readonly card: Card;
  readonly connector: Connector;
}

/** A mode that is set, with the buffer that is shown in it. */
interface Shown extends Output {
  readonly crtc: number;
  readonly mode: DisplayMode;
  readonly buffer: DumbBuffer;
  readonly format: PixelFormat;
}

/**
 * Opens the connected panel of a card (/dev/dri/cardN), or of the card with the panel that suits best ("drm"), and
 * takes charge of that card. Throws a HoldfastError (`noDevice`) that names every card and why it cannot be used.
 */
export function openDrmSurface(name: string): Surface {
  const faults: string[] = [];
  const outputs = cardPaths(name).flatMap((path) => outputsOf(path, faults));
  const cards = new Set(outputs.map(({ card }) => card));
  try {
    const output = chooseBySuitability(outputs);
    if (output === null) throw noScreen(name, [...faults, ...outputs.map(describe)]);
    for (const card of cards) if (card !== output.card) card.close();
    return surfaceOf(shown(output));
  } catch (error) {
    for (const card of cards) card.close();
    throw error;
  }
}

function cardPaths(name: string): string[] {
  if (name !== "drm") return [name];
  const names = existsSync(CARDS) ? readdirSync(CARDS).filter((each) => /^card\d+$/.test(each)) : [];
  return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).map((each) => join(CARDS, each));
}

/** Every connector of a card that can be drawn on; none, with a fault, where it cannot. */
function outputsOf(path: string, faults: string[]): Output[] {
  let card: Card | null = null;
  try {
    card = new Card(path);
    if (!card.hasDumbBuffers()) throw new Error("the driver has no buffers to draw in");
    const opened = card;
    const outputs = card
      .resources()
      .connectors.map((id) => ({ card: opened, connector: opened.connector(id) }));
    if (outputs.length === 0) throw new Error("it has no connectors");
    return outputs;
  } catch (error) {
    card?.close();
    faults.push(`${path}: ${messageOf(error)}`);
    return [];
  }
}

function describe({ card, connector }: Output): string {
  return `${card.path}: ${connector.name} is ${connector.state} with ${connector.modes.length} modes`;
}

function noScreen(name: string, faults: readonly string[]): HoldfastError {
  const found = faults.length === 0 ? "there is no card" : faults.join("; ");
  return new HoldfastError("noDevice", `${name}: no connected screen: ${found}`);
}

/** Sets the first mode that the driver takes. */
function shown({ card, connector }: Output): Shown {
  try {
    card.becomeMaster();
  } catch (error) {
    const why = error instanceof SystemCallError && error.code === "EBUSY";
    throw new HoldfastError(
      "noDevice",
      `${card.path}: ${why ? "another program is in charge of the display" : messageOf(error)}`,
      { next: "End it first, or let it go: plymouth deactivate.", cause: error },
    );
  }
  const encoders = new Map(connector.encoders.map((id) => [id, card.encoder(id)]));
  const refused: string[] = [];
  for (const crtc of crtcsToTry(connector, encoders, card.resources().crtcs))
    for (const mode of modesToTry(connector, card.crtc(crtc).mode))
      for (const { format, depth } of FORMATS) {
        let buffer: DumbBuffer | null = null;
        try {
          buffer = card.createBuffer(mode.width, mode.height, format.bitsPerPixel, depth);
          card.show(crtc, connector.id, mode, buffer);
          return { card, connector, crtc, mode, buffer, format };
        } catch (error) {
          if (buffer !== null) card.destroyBuffer(buffer);
          refused.push(`${mode.width}x${mode.height} at ${format.bitsPerPixel} bits: ${messageOf(error)}`);
        }
      }
  const tried = refused.length === 0 ? "it has no CRTC" : `no mode can be set: ${refused.join("; ")}`;
  throw new HoldfastError("noDevice", `${card.path} ${connector.name}: ${tried}`);
}

/** What legacy framebuffers are told to hold (drm_mode_legacy_fb_format); every driver but the smallest takes the first. */
const FORMATS = [
  { format: XRGB8888, depth: 24 },
  { format: RGB565, depth: 16 },
] as const;

function surfaceOf(output: Shown): Surface {
  const { card, connector, mode, format } = output;
  const { width, height } = mode;
  const { mmWidth, mmHeight } = connector;
  const rotation = rotationOf(card.propertyOf(connector, "panel orientation")?.value ?? null);
  const dpms = card.propertyOf(connector, "DPMS");
  const convert = format === XRGB8888 ? null : pixelConverter(format);
  const presenter = new DrmPresenter(card, output);
  const states = outputStates();
  let isGone = false;
  let isClosed = false;
  let watching: NodeJS.Timeout | null = null;
  return {
    name: `${card.path} ${connector.name} ${width}x${height}`,
    geometry: { width, height, mmWidth, mmHeight, ...(rotation === undefined ? {} : { mounted: rotation }) },
    order: convert === null ? "bgr" : "rgb",
    write(y, rows, pixels) {
      if (!isGone) presenter.write(y, rows, convert?.(pixels) ?? pixels);
      return !isGone;
    },
    flush() {
      try {
        presenter.flush();
      } catch (error) {
        if (!(error instanceof SystemCallError && error.code === "ENODEV")) throw error;
        isGone = true;
      }
      return !isGone;
    },
    blank(off) {
      if (dpms === null) return;
      try {
        card.setProperty(connector.id, dpms.id, off ? DPMS.off : DPMS.on);
      } catch {
        // A driver that cannot leaves the panel lit.
      }
    },
    onReplaced(tell) {
      watching = setInterval(() => {
        if (outputStates() === states) return;
        isGone = true;
        tell();
      }, LOOK_EVERY);
      watching.unref();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      if (watching !== null) clearInterval(watching);
      presenter.close();
      keepPicture(card, output, presenter.picture);
      card.close();
    },
  };
}

/**
 * Writes the last picture into the kernel's own framebuffer, which comes back when the card is let go of: nothing
 * of what was there before flashes up.
 */
function keepPicture(card: Card, { mode, format }: Shown, picture: Buffer): void {
  for (const path of framebuffersOf(basename(card.path))) {
    try {
      const framebuffer = openFramebuffer(path);
      const { width, height, bitsPerPixel } = framebuffer.info;
      const isSame = width === mode.width && height === mode.height && bitsPerPixel === format.bitsPerPixel;
      if (isSame) framebuffer.writeRows(0, height, picture);
      framebuffer.close();
    } catch {
      // What the kernel had comes back.
    }
  }
}
