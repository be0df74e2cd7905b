import type { Change } from "../domain/slot.ts";
import type { Model, Place } from "./model.ts";
import type { MenuOutcome } from "./outcome.ts";
import type { ScreenId, SlotCard, Tone, View, ViewItem } from "./view.ts";

/** What choosing an item does. */
export type Action =
  | { readonly kind: "open"; readonly screen: ScreenId; readonly slot: string | null }
  | { readonly kind: "back" }
  | { readonly kind: "change"; readonly change: Change; readonly next: MenuOutcome | null }
  | { readonly kind: "finish"; readonly outcome: MenuOutcome };

/** One row of a screen's table: what it says about a subject, when it is shown, and what it does. */
export interface ItemRule<Subject> {
  readonly key: string;
  readonly label: (subject: Subject) => string;
  readonly detail?: (subject: Subject) => string | null;
  readonly tone?: (subject: Subject) => Tone;
  /** Items that the scheme cannot do are not shown; shown when missing. */
  readonly shown?: (subject: Subject) => boolean;
  /** Why it cannot be chosen now, as a sentence; null when it can. */
  readonly obstacle?: (subject: Subject) => string | null;
  readonly action: (subject: Subject) => Action;
}

/** An item as it is seen, with what choosing it does; null for a disabled one. */
export interface Item extends ViewItem {
  readonly action: Action | null;
}

/** One screen of the menu: everything on it follows from the model. */
export interface Screen {
  readonly id: ScreenId;
  readonly title: (model: Model, place: Place) => string;
  readonly banner: (model: Model, place: Place) => View["banner"];
  readonly facts: (model: Model, place: Place) => View["facts"];
  readonly items: (model: Model, place: Place) => readonly Item[];
  /** Key of the item that has the focus before the person moved. */
  readonly firstFocus: (items: readonly Item[], model: Model) => string | null;
}

/** Item of one rule; a disabled one shows its obstacle in place of its detail. */
export function itemOf<Subject>(
  rule: ItemRule<Subject>,
  subject: Subject,
  card: SlotCard | null = null,
): Item {
  const obstacle = rule.obstacle?.(subject) ?? null;
  return {
    key: rule.key,
    label: rule.label(subject),
    detail: obstacle ?? rule.detail?.(subject) ?? null,
    tone: rule.tone?.(subject) ?? "neutral",
    enabled: obstacle === null,
    card,
    control: null,
    hold: false,
    action: obstacle === null ? rule.action(subject) : null,
  };
}

/** The items of a table that are shown for `subject`, in the table's order. */
export function itemsOf<Subject>(rules: readonly ItemRule<Subject>[], subject: Subject): Item[] {
  return rules.filter((rule) => rule.shown?.(subject) ?? true).map((rule) => itemOf(rule, subject));
}

/** The first item that neither costs nor risks anything. */
export function firstCalm(items: readonly Item[]): string | null {
  const calm = items.find((item) => item.enabled && item.tone !== "danger" && item.tone !== "warning");
  return calm?.key ?? null;
}
