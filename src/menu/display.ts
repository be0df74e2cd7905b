/** Languages of assets/locales. */
export const LOCALES = ["en", "de", "ar"] as const;
export type Locale = (typeof LOCALES)[number];

export const THEMES = ["dark", "high-contrast"] as const;
export type Theme = (typeof THEMES)[number];

export const TEXT_SIZES = ["normal", "large", "largest"] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

/** Clockwise, in degrees, on top of how the panel is mounted. */
export const ROTATIONS = [0, 90, 180, 270] as const;
export type Rotation = (typeof ROTATIONS)[number];

/** How a person wants to read: chosen in the menu and remembered on the device. */
export interface DisplayChoice {
  readonly locale: Locale;
  readonly theme: Theme;
  readonly textSize: TextSize;
  readonly rotation: Rotation;
}

/** The choice with what follows from it. */
export interface Display extends DisplayChoice {
  readonly direction: "ltr" | "rtl";
}

export const DEFAULT_DISPLAY: DisplayChoice = {
  locale: "en",
  theme: "dark",
  textSize: "normal",
  rotation: 0,
};

export function displayOf(choice: DisplayChoice): Display {
  return { ...choice, direction: choice.locale === "ar" ? "rtl" : "ltr" };
}
