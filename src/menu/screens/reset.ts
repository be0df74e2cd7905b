import { RESET_SCOPES, type ResetScope } from "../../domain/reset.ts";
import { BACK, firstCalm, type Item, type ItemRule, itemOf, itemsOf, type Screen } from "../item.ts";
import { text } from "../texts.ts";

function scopeItem(scope: ResetScope): Item {
  const rule: ItemRule<null> = {
    key: `scope:${scope}`,
    label: () => text(`reset.scope.${scope}`),
    detail: () => text(`reset.scope.${scope}.detail`),
    action: () => ({ kind: "open", place: { screen: "reset-preview", slot: null, scope } }),
  };
  return itemOf(rule, null);
}

/** How much to reset. Nothing is done here. */
export const reset: Screen = {
  id: "reset",
  title: () => text("reset.title"),
  banner: () => ({ tone: "info", text: text("reset.banner"), technical: null }),
  items: () => [...RESET_SCOPES.map(scopeItem), ...itemsOf([BACK], null)],
  firstFocus: firstCalm,
};
