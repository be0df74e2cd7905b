import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { Connector } from "../bytes/drm-connector.ts";
import { pixelConverter, XRGB8888 } from "../bytes/pixel-format.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { Card } from "../linux/drm.ts";
import { openFramebuffer } from "../linux/framebuffer.ts";
import { SystemCallError, type Watch } from "../linux/syscalls.ts";
import { watchUevents } from "../linux/uevents.ts";
import { setMode } from "./drm-mode.ts";
import { bySuitability, rotationOf } from "./drm-output.ts";
import { DrmPresenter, type Presented } from "./drm-presenter.ts";
import { framebuffersOf, outputStates } from "./screens.ts";
import type { Surface } from "./surface.ts";

const CARDS = "/dev/dri";
/** How often it is looked whether something was plugged in where the kernel does not tell, in ms. */
const LOOK_EVERY = 2000;
/** The kernel copies what is written to its framebuffer in the background; so many ms are enough. */
const COPIED_WITHIN = 40;
const DPMS = { on: 0, off: 3 } as const;

interface Output {
  readonly card: Card;
  readonly connector: Connector;
}

/**
 * Opens the connected panel of a card (/dev/dri/cardN), or of the card with the panel that suits best ("drm"), and
 * takes charge of that card. Throws a HoldfastError (`noDevice`) that names every card and why it cannot be used.
 */
export function openDrmSurface(name: string): Surface {
  const faults: string[] = [];
  const outputs = cardPaths(name).flatMap((path) => outputsOf(path, faults));
  const cards = new Set(outputs.map(({ card }) => card));
  const surface = firstSurface(outputs, faults);
  for (const card of cards) if (card !== surface?.card) card.close();
  if (surface === null) throw noScreen(name, [...faults, ...outputs.map(describe)]);
  return surface.surface;
}

/** The best output on which a mode can be set; null, with faults, where there is none. */
function firstSurface(
  outputs: readonly Output[],
  faults: string[],
): { readonly card: Card; readonly surface: Surface } | null {
  for (const output of bySuitability(outputs)) {
    try {
      return { card: output.card, surface: surfaceOf(output, setMode(output.card, output.connector)) };
    } catch (error) {
      faults.push(messageOf(error));
    }
  }
  return null;
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
  return new HoldfastError("noDevice", `${name}: no screen can be drawn on: ${found}`);
}

function surfaceOf({ card, connector }: Output, presented: Presented): Surface {
  const { mode, format } = presented;
  const { width, height } = mode;
  const { mmWidth, mmHeight } = connector;
  const rotation = rotationOf(card.propertyOf(connector, "panel orientation")?.value ?? null);
  const dpms = card.propertyOf(connector, "DPMS");
  const convert = format === XRGB8888 ? null : pixelConverter(format);
  const presenter = new DrmPresenter(card, presented);
  const states = outputStates();
  let isGone = false;
  let isClosed = false;
  let watching: Watch | null = null;
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
      watching = watchOutputs(() => {
        if (outputStates() === states) return;
        isGone = true;
        tell();
      });
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      watching?.close();
      presenter.close();
      keepPicture(card, connector, presented, presenter.picture);
      card.close();
    },
  };
}

/** Calls back when something may have been plugged in or pulled out. */
function watchOutputs(look: () => void): Watch {
  try {
    return watchUevents((event) => {
      if (event === null || event.subsystem === "drm") look();
    });
  } catch {
    const timer = setInterval(look, LOOK_EVERY).unref();
    return { close: () => clearInterval(timer) };
  }
}

/**
 * Writes the last picture into the kernel's own framebuffer and shows that again, while the card is still ours: to let go of
 * a buffer that is shown switches the screen off, and nothing of what was there before is to flash up.
 */
function keepPicture(card: Card, connector: Connector, presented: Presented, picture: Buffer): void {
  const { mode, format, crtc, former } = presented;
  for (const path of framebuffersOf(basename(card.path))) {
    try {
      const framebuffer = openFramebuffer(path);
      const { width, height, bitsPerPixel } = framebuffer.info;
      const isSame = width === mode.width && height === mode.height && bitsPerPixel === format.bitsPerPixel;
      if (isSame) framebuffer.writeRows(0, height, picture);
      framebuffer.close();
      if (!isSame || former === 0) continue;
      pause(COPIED_WITHIN);
      card.show(crtc, connector.id, mode, { id: former });
    } catch {
      // What the kernel had comes back.
    }
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
