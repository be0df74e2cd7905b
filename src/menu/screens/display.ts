import { type DisplayChoice, LOCALES, ROTATIONS, TEXT_SIZES, THEMES } from "../display.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model } from "../model.ts";
import { isolated, text } from "../texts.ts";

/** Each language calls itself by its own name, so that everybody finds the own one. */
export const LANGUAGE_NAMES = { en: "English", de: "Deutsch", ar: "العربية" } as const;

/** The value after `now`, and after the last one the first. */
function after<Value>(values: readonly Value[], now: Value): Value {
  return values[(values.indexOf(now) + 1) % values.length] ?? now;
}

function set(change: Partial<DisplayChoice>) {
  return ({ display }: Model) => ({ kind: "display", display: { ...display, ...change } }) as const;
}

const LANGUAGES: readonly ItemRule<Model>[] = LOCALES.map((locale) => ({
  key: `language:${locale}`,
  label: () => LANGUAGE_NAMES[locale],
  control: ({ display }) => ({ kind: "radio", on: display.locale === locale }),
  action: set({ locale }),
}));

const RULES: readonly ItemRule<Model>[] = [
  {
    key: "text-size",
    label: () => text("display.text-size"),
    control: ({ display }) => ({ kind: "choice", value: text(`display.text-size.${display.textSize}`) }),
    action: (model) => set({ textSize: after(TEXT_SIZES, model.display.textSize) })(model),
  },
  {
    key: "contrast",
    label: () => text("display.contrast"),
    detail: () => text("display.contrast.detail"),
    control: ({ display }) => ({ kind: "toggle", on: display.theme === "high-contrast" }),
    action: (model) => set({ theme: after(THEMES, model.display.theme) })(model),
  },
  {
    key: "rotation",
    label: () => text("display.rotation"),
    control: ({ display }) => ({
      kind: "choice",
      value: text("display.rotation.value", { degrees: display.rotation }),
    }),
    action: (model) => set({ rotation: after(ROTATIONS, model.display.rotation) })(model),
  },
];

/** The row that leads here, readable in every language. */
export const DISPLAY_ROW: ItemRule<unknown> = {
  key: "display",
  label: () => text("tools.display"),
  detail: () => Object.values(LANGUAGE_NAMES).map(isolated).join(" · "),
  action: () => ({ kind: "open", place: { screen: "display", slot: null } }),
};

/** Language and how the menu looks. */
export const display: Screen = {
  id: "display",
  title: () => text("display.title"),
  items: (model) => itemsOf([...LANGUAGES, ...RULES, BACK], model),
  firstFocus: (_, { display }) => `language:${display.locale}`,
};
