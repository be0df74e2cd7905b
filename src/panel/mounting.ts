import { readFileSync } from "node:fs";
import { ROTATIONS, type Rotation } from "../menu/display.ts";
import type { Insets } from "./geometry.ts";
import type { Surface } from "./surface.ts";

/** How a panel is built into its device. */
export interface Mounting {
  /** How far what is drawn is turned to stand upright; "auto" is as the card's driver says, else as the kernel turns its text console. */
  readonly rotation: Rotation | "auto";
  /** Pixels at its own edges that something hides; null when nobody said. */
  readonly safeArea: Insets | null;
  /** Radius of its round corners in pixels; 0 when they are square, or nobody said. */
  readonly cornerRadius: number;
}

/** 0 to 3 quarter turns clockwise (Documentation/fb/fbcon.rst). */
const CONSOLE_ROTATION = "/sys/class/graphics/fbcon/rotate";
/** A place as far from both edges of a round corner as this share of its radius lies on the panel. */
const CORNER = 1 - Math.SQRT1_2;

/** The surface with what is known of its panel. */
export function mounted(surface: Surface, mounting: Mounting, consoleFile = CONSOLE_ROTATION): Surface {
  const own = surface.geometry.mounted;
  const rotation = mounting.rotation === "auto" ? (own ?? consoleRotation(consoleFile)) : mounting.rotation;
  const insets = insetsOf(mounting);
  const geometry = { ...surface.geometry, mounted: rotation, ...(insets === null ? {} : { insets }) };
  return {
    name: surface.name,
    geometry,
    order: surface.order,
    write: (y, rows, pixels) => surface.write(y, rows, pixels),
    flush: () => surface.flush?.() ?? true,
    onReplaced: (tell) => surface.onReplaced?.(tell),
    blank: (off) => surface.blank?.(off),
    close: () => surface.close(),
  };
}

/** What stays free at each edge; null leaves it to a guess. */
export function insetsOf({ safeArea, cornerRadius }: Mounting): Insets | null {
  if (safeArea === null && cornerRadius === 0) return null;
  const corner = Math.ceil(cornerRadius * CORNER);
  const { top, right, bottom, left } = safeArea ?? { top: 0, right: 0, bottom: 0, left: 0 };
  return {
    top: Math.max(top, corner),
    right: Math.max(right, corner),
    bottom: Math.max(bottom, corner),
    left: Math.max(left, corner),
  };
}

/** 0 where there is no text console, or it says something else. */
function consoleRotation(file: string): Rotation {
  try {
    return ROTATIONS[Number(readFileSync(file, "utf8").trim())] ?? 0;
  } catch {
    return 0;
  }
}
