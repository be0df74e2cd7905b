import type { Tone } from "../menu/view.ts";

/**
 * The dark theme. Every colour that letters are drawn in has at least 7:1 against every colour that it is
 * drawn on (WCAG AAA); a test computes it from `TEXT_PAIRS`.
 */
const PALETTE = {
  background: "#0b0e13",
  surface: "#151a22",
  surfaceFocus: "#1c2635",
  surfacePressed: "#233147",
  line: "#2b3442",
  text: "#f4f6f9",
  muted: "#bac4d1",
  accent: "#9cc3ff",
  good: "#86e5aa",
  info: "#8ad8f0",
  warning: "#ffd27a",
  danger: "#ffaba3",
  neutral: "#c5cdd8",
  goodTint: "#13301f",
  infoTint: "#0f2d3a",
  warningTint: "#332812",
  dangerTint: "#3a1a1c",
  neutralTint: "#232b37",
  dotOff: "#5b687d",
} as const;

export type Color = keyof typeof PALETTE;

/** Which letters stand on which grounds. */
export const TEXT_PAIRS: readonly (readonly [Color, Color])[] = [
  ...(["background", "surface", "surfaceFocus", "surfacePressed"] as const).flatMap((ground) =>
    (["text", "muted", "accent", "good", "warning", "danger"] as const).map((ink) => [ink, ground] as const),
  ),
  ...(["good", "info", "warning", "danger", "neutral"] as const).flatMap(
    (tone) => [[tone, `${tone}Tint`] as const, ["text", `${tone}Tint`] as const] as const,
  ),
];

/** "rgb" draws what a person sees; "bgr" swaps red and blue, so that the bytes are XRGB8888 as they come. */
export type ChannelOrder = "rgb" | "bgr";

/** Every colour as "#rrggbb" in the given order: the only place where the channels are swapped. */
export function paletteFor(order: ChannelOrder): Readonly<Record<Color, string>> {
  if (order === "rgb") return PALETTE;
  const swapped = Object.entries(PALETTE).map(([name, hex]) => [
    name,
    `#${hex.slice(5, 7)}${hex.slice(3, 5)}${hex.slice(1, 3)}`,
  ]);
  return Object.fromEntries(swapped) as Record<Color, string>;
}

/** The ground that goes with a tone. */
export function tint(tone: Tone): Color {
  return `${tone}Tint`;
}

export type Weight = 400 | 500 | 600;

/** A way to set text: size in units. */
export interface TextStyle {
  readonly size: number;
  readonly weight: Weight;
}

export const TEXT = {
  title: { size: 26, weight: 600 },
  brand: { size: 14, weight: 500 },
  name: { size: 19, weight: 600 },
  label: { size: 17, weight: 500 },
  body: { size: 15, weight: 400 },
  detail: { size: 14, weight: 400 },
  pill: { size: 13, weight: 600 },
  chip: { size: 12.5, weight: 500 },
  footer: { size: 11.5, weight: 400 },
} as const satisfies Record<string, TextStyle>;
