import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SYSFS = "/sys/class";
/** Connectors of built-in panels, as sysfs calls them behind the card. */
const INTERNAL = /^card\d+-(DSI|LVDS|eDP|DPI)-/;

/**
 * The screen to draw on where nobody named one. The kernel's framebuffer comes first: to draw on it takes no charge
 * of the display and sets no mode, so nothing can be refused, blink or be left behind, and the picture outlives us.
 * A card itself is drawn on where the kernel made no framebuffer for it, or none for the device's own panel. Where
 * there is neither, it is /dev/fb0.
 */
export function chooseScreen(sysfs = SYSFS): string {
  const framebuffers = names(join(sysfs, "graphics"), /^fb\d+$/);
  const panels = outputs(sysfs).filter(({ name, status }) => INTERNAL.test(name) && status === "connected");
  const cards = new Set(panels.map(({ name }) => name.split("-")[0] ?? ""));
  const own = framebuffers.find((name) => cardsOf(name, sysfs).some((card) => cards.has(card)));
  // One that no card made is the firmware's, which is on the device's own panel.
  const firmware = framebuffers.find((name) => cardsOf(name, sysfs).length === 0);
  const [card] = cards;
  if (own === undefined && firmware === undefined && card !== undefined) return `/dev/dri/${card}`;
  const best = own ?? firmware ?? framebuffers[0];
  if (best !== undefined) return `/dev/${best}`;
  return names(join(sysfs, "drm"), /^card\d+$/).length > 0 ? "drm" : "/dev/fb0";
}

/** Paths of the kernel's framebuffers that a card's driver made. */
export function framebuffersOf(card: string, sysfs = SYSFS): string[] {
  return names(join(sysfs, "graphics"), /^fb\d+$/)
    .filter((name) => cardsOf(name, sysfs).includes(card))
    .map((name) => `/dev/${name}`);
}

/** Every connector and what is on it, in one line: another one means that something was plugged in or pulled out. */
export function outputStates(sysfs = SYSFS): string {
  return outputs(sysfs)
    .map(({ name, status }) => `${name} ${status}`)
    .join();
}

function outputs(sysfs: string): { name: string; status: string }[] {
  return names(join(sysfs, "drm"), /^card\d+-/).map((name) => {
    try {
      return { name, status: readFileSync(join(sysfs, "drm", name, "status"), "utf8").trim() };
    } catch {
      return { name, status: "gone" };
    }
  });
}

/** The cards of a framebuffer's device. */
function cardsOf(framebuffer: string, sysfs: string): string[] {
  return names(join(sysfs, "graphics", framebuffer, "device/drm"), /^card\d+$/);
}

function names(folder: string, pattern: RegExp): string[] {
  try {
    const found = readdirSync(folder).filter((name) => pattern.test(name));
    return found.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  } catch {
    return [];
  }
}
