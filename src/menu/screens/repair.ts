import { inOwnWords } from "../device-words.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model } from "../model.ts";
import { known } from "../readings.ts";
import { text } from "../texts.ts";
import { readingBanner } from "./reading-banner.ts";

/** What a repair would do; nothing while it is not known or nothing is damaged. */
export function repairsOf(model: Model): readonly string[] {
  return model.offered.has("repair") ? (known(model, { service: "repairs" }) ?? []) : [];
}

const REPAIR: ItemRule<Model> = {
  key: "repair",
  shown: (model) => repairsOf(model).length > 0,
  label: () => text("repair.do"),
  detail: () => text("repair.do.detail"),
  word: () => "word.repair",
  action: () => ({ kind: "ask", ask: { service: "repair" } }),
};

/** Damaged partition tables: what would be done, and doing it. */
export const repair: Screen = {
  id: "repair",
  title: () => text("repair.title"),
  needs: () => [{ service: "repairs" }],
  banner: (model) =>
    readingBanner(model, { service: "repairs" }) ?? {
      tone: repairsOf(model).length > 0 ? "warning" : "good",
      text: text(repairsOf(model).length > 0 ? "repair.banner" : "repair.none"),
      technical: null,
    },
  facts: (model) => repairsOf(model).map((step) => ({ label: text("repair.step"), value: inOwnWords(step) })),
  items: (model) => itemsOf([REPAIR, BACK], model),
  firstFocus: () => "back",
};
