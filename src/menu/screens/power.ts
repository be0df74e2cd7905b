import { firstCalm, type ItemRule, itemsOf, type Screen } from "../item.ts";
import { type Model, nameOf } from "../model.ts";
import { text } from "../texts.ts";

const RULES: readonly ItemRule<Model>[] = [
  {
    key: "restart",
    label: () => text("power.restart"),
    detail: ({ status }) =>
      status.next.slot === null
        ? text("power.restart.none")
        : text("power.restart.detail", { slot: nameOf(status, status.next.slot) }),
    action: () => ({ kind: "finish", outcome: { kind: "reboot", slot: null, target: "system" } }),
  },
  {
    key: "power-off",
    label: () => text("power.off"),
    action: () => ({ kind: "finish", outcome: { kind: "power-off" } }),
  },
  { key: "back", label: () => text("back"), action: () => ({ kind: "back" }) },
];

/** Restart and power off. */
export const power: Screen = {
  id: "power",
  title: () => text("power.title"),
  banner: () => null,
  facts: () => [],
  items: (model) => itemsOf(RULES, model),
  firstFocus: firstCalm,
};
