import type { ResetPreview, ResetScope } from "../../domain/reset.ts";
import { batteryObstacle, DESPITE_BATTERY } from "../battery.ts";
import { inOwnWords, translated } from "../device-words.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model, Place } from "../model.ts";
import { known } from "../readings.ts";
import { sizeText, text } from "../texts.ts";
import type { Fact, View } from "../view.ts";
import { readingBanner } from "./reading-banner.ts";

function scopeOf(place: Place): ResetScope {
  return place.scope ?? "settings";
}

function askOf(place: Place) {
  return { service: "previewReset", scope: scopeOf(place) } as const;
}

function factsOf({ lines, grade, target }: ResetPreview): Fact[] {
  const fates = lines.map(({ name, bytes, fate }) => ({
    label: inOwnWords(name),
    value:
      bytes === null
        ? text(`reset.fate.${fate}`)
        : text(`reset.fate.${fate}.size`, { size: sizeText(bytes) }),
  }));
  // What goes and what stays is read last, right above what does it.
  return [
    {
      label: text("reset.target"),
      value: text("reset.target.value", {
        name: target.label ?? target.device,
        size: sizeText(target.size),
      }),
    },
    { label: text("slot.fact.device"), value: target.device },
    { label: text("slot.fact.identity"), value: `PARTUUID=${target.partuuid}` },
    { label: text("reset.grade"), value: text(`reset.grade.${grade}`) },
    ...fates,
  ];
}

function banner(model: Model, place: Place): View["banner"] {
  const preview = known(model, askOf(place));
  if (preview === null) return readingBanner(model, askOf(place));
  const { scope, warnings, gradeReason } = preview;
  const sentence = text(`reset.preview.${scope}`);
  const told = warnings.map(translated);
  // What the menu has no words of its own for is English, and so the technical line's.
  const foreign = warnings.filter((_, index) => told[index] === null);
  return {
    tone: "warning",
    text: [sentence, ...told.filter((each) => each !== null)].join(" "),
    technical: [...foreign, inOwnWords(gradeReason)].join(" "),
  };
}

interface Subject {
  readonly model: Model;
  readonly place: Place;
}

const ERASE: ItemRule<Subject> = {
  key: "erase",
  shown: ({ model, place }) => model.offered.has("reset") && known(model, askOf(place)) !== null,
  label: ({ place }) => text(`reset.do.${scopeOf(place)}`),
  detail: () => text("reset.do.detail"),
  word: () => "word.erase",
  obstacle: batteryObstacle,
  action: ({ model, place }) => {
    const preview = known(model, askOf(place));
    return preview === null ? { kind: "back" } : { kind: "ask", ask: { service: "reset", preview } };
  },
};

const DESPITE: ItemRule<Subject> = {
  ...DESPITE_BATTERY,
  shown: (subject) => ERASE.shown?.(subject) === true && batteryObstacle(subject) !== null,
};

/** What a reset removes and what stays, with sizes, before it is confirmed. */
export const resetPreview: Screen = {
  id: "reset-preview",
  title: (_, place) => text(`reset.scope.${scopeOf(place)}`),
  needs: (_, place) => [askOf(place)],
  banner,
  facts: (model, place) => {
    const preview = known(model, askOf(place));
    return preview === null ? [] : factsOf(preview);
  },
  items: (model, place) => itemsOf([ERASE, DESPITE, BACK], { model, place }),
  firstFocus: () => "back",
};
