import { firstCalm, type ItemRule, itemsOf, type Screen } from "../item.ts";
import { findSlot, type Model, nameOf, type Place } from "../model.ts";
import { text } from "../texts.ts";
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
      kind: "change",
      change: { kind: "select", slot: slot.id, once: false },
      next: null,
    }),
  },
  {
    key: "mark-good",
    shown: (subject) => can(subject, "markGood"),
    label: () => text("slot.good"),
    detail: () => text("slot.good.detail"),
    obstacle: (subject) =>
      subject.slot.health === "good" ? text("slot.obstacle.good") : unmarkable(subject),
    action: ({ slot }) => ({ kind: "change", change: { kind: "mark-good", slot: slot.id }, next: null }),
  },
  {
    key: "fresh-tries",
    shown: (subject) => can(subject, "setTries"),
    label: ({ status: { freshTries } }) =>
      freshTries === 1 ? text("slot.tries.one") : text("slot.tries", { count: freshTries }),
    detail: () => text("slot.tries.detail"),
    obstacle: freshTriesObstacle,
    action: ({ slot, status }) => ({
      kind: "change",
      change: { kind: "set-tries", slot: slot.id, tries: status.freshTries },
      next: null,
    }),
  },
  {
    key: "mark-bad",
    shown: (subject) => can(subject, "markBad"),
    label: () => text("slot.bad"),
    detail: (subject) => text(isDefault(subject) ? "slot.bad.detail.default" : "slot.bad.detail"),
    tone: () => "danger",
    obstacle: (subject) =>
      subject.slot.health === "bad" ? text("slot.obstacle.marked-bad") : unmarkable(subject),
    action: ({ slot }) => ({ kind: "change", change: { kind: "mark-bad", slot: slot.id }, next: null }),
  },
];

const BACK: ItemRule<unknown> = {
  key: "back",
  label: () => text("back"),
  action: () => ({ kind: "back" }),
};

function subjectOf({ status }: Model, place: Place): Subject | null {
  const slot = findSlot(status, place.slot);
  return slot === undefined ? null : { status, slot };
}

/** Everything about one slot and what can be done with it. */
export const slot: Screen = {
  id: "slot",
  title: ({ status }, place) => nameOf(status, place.slot ?? ""),
  banner: () => null,
  facts: (model, place) => {
    const subject = subjectOf(model, place);
    return subject === null ? [] : factsOf(subject);
  },
  items: (model, place) => {
    const subject = subjectOf(model, place);
    return subject === null
      ? itemsOf([BACK], null)
      : itemsOf([...START_RULES, ...WRITE_RULES, BACK], subject);
  },
  firstFocus: firstCalm,
};
