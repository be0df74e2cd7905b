import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import { findSlot, type Model, nameOf, type Place } from "../model.ts";
import { known } from "../readings.ts";
import { plural, text } from "../texts.ts";
import { comparePlace } from "./compare-place.ts";
import { factsOf } from "./slot-facts.ts";
import { START_RULES } from "./slot-start.ts";
import { can, isDefault, type Subject, unmarkable, unselectable } from "./slot-subject.ts";

function freshTriesObstacle(subject: Subject): string | null {
  const { slot, status } = subject;
  if (slot.health === "good") return text("slot.obstacle.no-tries-needed");
  const isFresh = slot.health === "trying" && slot.triesLeft === status.freshTries;
  return isFresh ? text("slot.obstacle.fresh") : unmarkable(subject);
}

const WRITE_RULES: readonly ItemRule<Subject>[] = [
  {
    key: "make-default",
    shown: (subject) => can(subject, "select"),
    label: () => text("slot.select"),
    detail: ({ status, slot }) =>
      status.once === null || status.once === slot.id
        ? text("slot.select.detail", { slot: slot.label })
        : text("slot.select.detail.once", { once: nameOf(status, status.once), slot: slot.label }),
    obstacle: (subject) => (isDefault(subject) ? text("slot.obstacle.default") : unselectable(subject)),
    action: ({ slot }) => ({
      kind: "ask",
      ask: { service: "apply", change: { kind: "select", slot: slot.id, once: false } },
    }),
  },
  {
    key: "mark-good",
    shown: (subject) => can(subject, "markGood"),
    label: () => text("slot.good"),
    detail: () => text("slot.good.detail"),
    obstacle: (subject) =>
      subject.slot.health === "good" ? text("slot.obstacle.good") : unmarkable(subject),
    action: ({ slot }) => ({
      kind: "ask",
      ask: { service: "apply", change: { kind: "mark-good", slot: slot.id } },
    }),
  },
  {
    key: "fresh-tries",
    shown: (subject) => can(subject, "setTries"),
    label: ({ status: { freshTries } }) => plural("slot.tries", freshTries),
    detail: () => text("slot.tries.detail"),
    obstacle: freshTriesObstacle,
    action: ({ slot, status }) => ({
      kind: "ask",
      ask: { service: "apply", change: { kind: "set-tries", slot: slot.id, tries: status.freshTries } },
    }),
  },
  {
    key: "mark-bad",
    shown: (subject) => can(subject, "markBad"),
    label: () => text("slot.bad"),
    detail: (subject) => text(isDefault(subject) ? "slot.bad.detail.default" : "slot.bad.detail"),
    word: () => "word.bad",
    obstacle: (subject) =>
      subject.slot.health === "bad" ? text("slot.obstacle.marked-bad") : unmarkable(subject),
    action: ({ slot }) => ({
      kind: "ask",
      ask: { service: "apply", change: { kind: "mark-bad", slot: slot.id } },
    }),
  },
];

const COMPARE: ItemRule<{ readonly model: Model; readonly place: Place }> = {
  key: "compare",
  shown: ({ model, place }) => comparePlace(model, place.slot) !== null,
  label: () => text("slot.compare"),
  detail: ({ model, place }) =>
    text("slot.compare.detail", {
      other: nameOf(model.status, comparePlace(model, place.slot)?.other ?? ""),
    }),
  action: ({ model, place }) => {
    const target = comparePlace(model, place.slot);
    return target === null ? { kind: "back" } : { kind: "open", place: target };
  },
};

function subjectOf(model: Model, place: Place): Subject | null {
  const slot = findSlot(model.status, place.slot);
  if (slot === undefined) return null;
  const starts = known(model, { service: "lastGoodStarts" });
  return { status: model.status, slot, lastGood: starts?.[slot.id] ?? null };
}

/** Everything about one slot and what can be done with it. */
export const slot: Screen = {
  id: "slot",
  title: ({ status }, place) => nameOf(status, place.slot ?? ""),
  needs: () => [{ service: "lastGoodStarts" }],
  facts: (model, place) => {
    const subject = subjectOf(model, place);
    return subject === null ? [] : factsOf(subject);
  },
  items: (model, place) => {
    const subject = subjectOf(model, place);
    return [
      ...(subject === null ? [] : itemsOf([...START_RULES, ...WRITE_RULES], subject)),
      ...itemsOf([COMPARE, BACK], { model, place }),
    ];
  },
};
