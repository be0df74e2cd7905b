import type { Theme } from "../menu/display.ts";
import type { Tone } from "../menu/view.ts";

/**
 * The colours of each theme. Every colour that letters are drawn in has at least 7:1 against every colour that
 * it is drawn on (WCAG AAA); a test computes it from `TEXT_PAIRS`.
 */
const DARK = {
  background: "#0b0e13",
  surface: "#151a22",
  surfaceFocus: "#1c2635",
  surfacePressed: "#233147",
  line: "#2b3442",
  text: "#f4f6f9",
  muted: "#bac4d1",
  accent: "#9cc3ff",
  onAccent: "#0b0e13",
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
  track: "#455268",
} as const;

export type Color = keyof typeof DARK;
export type Palette = Readonly<Record<Color, string>>;

const HIGH_CONTRAST: Palette = {
  background: "#000000",
  surface: "#000000",
  surfaceFocus: "#1f1b00",
  surfacePressed: "#2e2900",
  line: "#8c8c8c",
  text: "#ffffff",
  muted: "#ececec",
  accent: "#ffe100",
  onAccent: "#000000",
  good: "#5cff96",
  info: "#66e0ff",
  warning: "#ffc847",
  danger: "#ffa59c",
  neutral: "#ffffff",
  goodTint: "#00210d",
  infoTint: "#001e29",
  warningTint: "#241800",
  dangerTint: "#2b0300",
  neutralTint: "#1c1c1c",
  dotOff: "#8c8c8c",
  track: "#454545",
};

const PALETTES: Readonly<Record<Theme, Palette>> = { dark: DARK, "high-contrast": HIGH_CONTRAST };

/** Which letters stand on which grounds. */
export const TEXT_PAIRS: readonly (readonly [Color, Color])[] = [
  ...(["background", "surface", "surfaceFocus", "surfacePressed"] as const).flatMap((ground) =>
    (["text", "muted", "accent", "good", "warning", "danger"] as const).map((ink) => [ink, ground] as const),
  ),
  ...(["good", "info", "warning", "danger", "neutral"] as const).flatMap(
    (tone) =>
      [
        [tone, `${tone}Tint`] as const,
        ["text", `${tone}Tint`] as const,
        ["muted", `${tone}Tint`] as const,
      ] as const,
  ),
  ["onAccent", "accent"],
];

/** "rgb" draws what a person sees; "bgr" swaps red and blue, so that the bytes are XRGB8888 as they come. */
export type ChannelOrder = "rgb" | "bgr";

/** Every colour of a theme as "#rrggbb" in the given order: the only place where the channels are swapped. */
export function paletteFor(theme: Theme, order: ChannelOrder): Palette {
  return order === "rgb" ? PALETTES[theme] : SWAPPED[theme];
}

const SWAPPED: Readonly<Record<Theme, Palette>> = {
  dark: swapped(DARK),
  "high-contrast": swapped(HIGH_CONTRAST),
};

function swapped(palette: Palette): Palette {
  const colors = Object.entries(palette).map(([name, hex]) => [
    name,
    `#${hex.slice(5, 7)}${hex.slice(3, 5)}${hex.slice(1, 3)}`,
  ]);
  return Object.fromEntries(colors) as Palette;
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
  tile: { size: 13.5, weight: 500 },
  footer: { size: 11.5, weight: 400 },
  log: { size: 12, weight: 400 },
  key: { size: 19, weight: 400 },
} as const satisfies Record<string, TextStyle>;
