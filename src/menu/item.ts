import type { Ask, AskFor, ReadName } from "./asks.ts";
import type { DisplayChoice } from "./display.ts";
import type { DeveloperDraft, Model, Place } from "./model.ts";
import type { MenuOutcome } from "./outcome.ts";
import { type TextKey, text } from "./texts.ts";
import type { Control, Message, ScreenId, SlotCard, Tone, View, ViewItem } from "./view.ts";

/** What choosing an item does. */
export type Action =
  | { readonly kind: "open"; readonly place: Omit<Place, "focus"> }
  | { readonly kind: "back" }
  /** Closes every screen but home. */
  | { readonly kind: "home" }
  | { readonly kind: "ask"; readonly ask: Ask; readonly next?: MenuOutcome }
  | { readonly kind: "secret"; readonly purpose: "unlock-state" | "turn-on-developer" }
  | { readonly kind: "draft"; readonly draft: DeveloperDraft }
  | { readonly kind: "place"; readonly change: Partial<Place> }
  | { readonly kind: "display"; readonly display: DisplayChoice }
  | { readonly kind: "finish"; readonly outcome: MenuOutcome };

/** One row of a screen's table: what it says about a subject, when it is shown, and what it does. */
export interface ItemRule<Subject> {
  readonly key: string;
  readonly label: (subject: Subject) => string;
  readonly detail?: (subject: Subject) => string | null;
  readonly tone?: (subject: Subject) => Tone;
  readonly control?: (subject: Subject) => Control;
  /** Items that the scheme cannot do are not shown; shown when missing. */
  readonly shown?: (subject: Subject) => boolean;
  /** Why it cannot be chosen now, as a sentence; null when it can. */
  readonly obstacle?: (subject: Subject) => string | null;
  /** The word to type where nothing can be held; an item with one is dangerous. null: not this time. */
  readonly word?: (subject: Subject) => TextKey | null;
  readonly action: (subject: Subject) => Action;
}

/** An item as it is seen, with what choosing it does; null for a disabled one. */
export interface Item extends ViewItem {
  readonly action: Action | null;
  /** Set on a dangerous item. */
  readonly word: string | null;
}

/** One screen of the menu: everything on it follows from the model. */
export interface Screen {
  readonly id: ScreenId;
  readonly title: (model: Model, place: Place) => string;
  readonly banner?: (model: Model, place: Place) => View["banner"];
  readonly facts?: (model: Model, place: Place) => View["facts"];
  readonly table?: (model: Model, place: Place) => View["table"];
  readonly lines?: (model: Model, place: Place) => readonly Message[] | null;
  readonly items: (model: Model, place: Place) => readonly Item[];
  /** Key of the item that has the focus before the person moved; the first calm one when missing. */
  readonly firstFocus?: (items: readonly Item[], model: Model) => string | null;
  /** What must be read for it. */
  readonly needs?: (model: Model, place: Place) => readonly AskFor<ReadName>[];
}

/** Item of one rule; a disabled one shows its obstacle in place of its detail. */
export function itemOf<Subject>(
  rule: ItemRule<Subject>,
  subject: Subject,
  card: SlotCard | null = null,
): Item {
  const obstacle = rule.obstacle?.(subject) ?? null;
  const word = rule.word?.(subject) ?? null;
  return {
    key: rule.key,
    label: rule.label(subject),
    detail: obstacle ?? rule.detail?.(subject) ?? null,
    tone: word === null ? (rule.tone?.(subject) ?? "neutral") : "danger",
    enabled: obstacle === null,
    card,
    control: rule.control?.(subject) ?? null,
    hold: word !== null,
    word: word === null ? null : text(word),
    action: obstacle === null ? rule.action(subject) : null,
  };
}

/** The items of a table that are shown for `subject`, in the table's order. */
export function itemsOf<Subject>(rules: readonly ItemRule<Subject>[], subject: Subject): Item[] {
  return rules.filter((rule) => rule.shown?.(subject) ?? true).map((rule) => itemOf(rule, subject));
}

/** The way back, at the end of every list but home's. */
export const BACK: ItemRule<unknown> = {
  key: "back",
  label: () => text("back"),
  action: () => ({ kind: "back" }),
};

/** The first item that neither costs nor risks anything. */
export function firstCalm(items: readonly Item[]): string | null {
  const calm = items.find((item) => item.enabled && item.tone !== "danger" && item.tone !== "warning");
  return calm?.key ?? null;
}
