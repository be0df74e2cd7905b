import type { RestartChoice } from "../../domain/restart.ts";
import { inOwnWords } from "../device-words.ts";
import { BACK, type Item, type ItemRule, itemOf, itemsOf, type Screen } from "../item.ts";
import { type Model, nameOf } from "../model.ts";
import { known } from "../readings.ts";
import { text } from "../texts.ts";

const SYSTEM: ItemRule<Model> = {
  key: "restart",
  label: () => text("power.restart"),
  detail: ({ status }) =>
    status.next.slot === null
      ? text("power.restart.none")
      : text("power.restart.detail", { slot: nameOf(status, status.next.slot) }),
  action: () => ({ kind: "finish", outcome: { kind: "reboot", slot: null, target: "system" } }),
};

const OFF: ItemRule<unknown> = {
  key: "power-off",
  label: () => text("power.off"),
  action: () => ({ kind: "finish", outcome: { kind: "power-off" } }),
};

/** A restart into something else than the system; only what the device speaks for. */
function elsewhere({ target, evidence }: RestartChoice): Item[] {
  if (target === "system") return [];
  const rule: ItemRule<null> = {
    key: `restart:${target}`,
    label: () => text(`power.target.${target}`),
    detail: () => (evidence === null ? null : inOwnWords(evidence)),
    action: () => ({ kind: "finish", outcome: { kind: "reboot", slot: null, target } }),
  };
  return [itemOf(rule, null)];
}

/** Restart, into the system or where else this device can, and power off. */
export const power: Screen = {
  id: "power",
  title: () => text("power.title"),
  needs: () => [{ service: "restartTargets" }],
  items: (model) => [
    itemOf(SYSTEM, model),
    ...(known(model, { service: "restartTargets" }) ?? []).flatMap(elsewhere),
    ...itemsOf([OFF, BACK], null),
  ],
};
