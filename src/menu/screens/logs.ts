import { LOG_SOURCES, type LogSource } from "../../domain/log-source.ts";
import { BACK, type Item, type ItemRule, itemOf, itemsOf, type Screen } from "../item.ts";
import type { Model } from "../model.ts";
import { text } from "../texts.ts";

function sourceItem(source: LogSource): Item {
  const rule: ItemRule<null> = {
    key: `log:${source}`,
    label: () => text(`logs.${source}`),
    detail: () => text(`logs.${source}.detail`),
    action: () => ({ kind: "open", place: { screen: "log", slot: null, source } }),
  };
  return itemOf(rule, null);
}

const SAVE: ItemRule<Model> = {
  key: "save",
  shown: ({ offered }) => offered.has("saveLogs"),
  label: () => text("logs.save"),
  detail: () => text("logs.save.detail"),
  action: () => ({ kind: "ask", ask: { service: "saveLogs" } }),
};

/** Which log to look at, and saving all of them. */
export const logs: Screen = {
  id: "logs",
  title: () => text("logs.title"),
  items: (model) => [...LOG_SOURCES.map(sourceItem), ...itemsOf([SAVE, BACK], model)],
};
