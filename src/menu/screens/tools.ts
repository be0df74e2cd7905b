import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model } from "../model.ts";
import { text } from "../texts.ts";
import { comparePlace } from "./compare-place.ts";
import { DISPLAY_ROW } from "./display.ts";

const RULES: readonly ItemRule<Model>[] = [
  DISPLAY_ROW,
  {
    key: "compare",
    shown: (model) => comparePlace(model, null) !== null,
    label: () => text("tools.compare"),
    detail: () => text("tools.compare.detail"),
    action: (model) => {
      const place = comparePlace(model, null);
      return place === null ? { kind: "back" } : { kind: "open", place };
    },
  },
  {
    key: "layers",
    shown: ({ offered }) => offered.has("extensions") || offered.has("developer"),
    label: () => text("tools.layers"),
    detail: () => text("tools.layers.detail"),
    action: ({ status }) => ({
      kind: "open",
      place: { screen: "layers", slot: status.next.slot ?? status.slots[0]?.id ?? null },
    }),
  },
  {
    key: "state",
    shown: ({ offered }) => offered.has("state"),
    label: () => text("tools.state"),
    detail: () => text("tools.state.detail"),
    action: () => ({ kind: "open", place: { screen: "state", slot: null } }),
  },
  {
    key: "usb",
    shown: ({ offered }) => offered.has("usb"),
    label: () => text("tools.usb"),
    detail: () => text("tools.usb.detail"),
    action: () => ({ kind: "open", place: { screen: "usb", slot: null } }),
  },
  {
    key: "logs",
    shown: ({ offered }) => offered.has("log"),
    label: () => text("tools.logs"),
    detail: () => text("tools.logs.detail"),
    action: () => ({ kind: "open", place: { screen: "logs", slot: null } }),
  },
];

/** How the menu is read, and what helps to find out. */
export const tools: Screen = {
  id: "tools",
  title: () => text("tools.title"),
  items: (model) => itemsOf([...RULES, BACK], model),
};
