import { inOwnWords } from "../device-words.ts";
import { type ItemRule, itemsOf, type Screen } from "../item.ts";
import { plural, text, timeText } from "../texts.ts";

const DONE: ItemRule<unknown> = {
  key: "home",
  label: () => text("receipt.home"),
  detail: () => text("receipt.home.detail"),
  action: () => ({ kind: "home" }),
};

const OFF: ItemRule<unknown> = {
  key: "power-off",
  label: () => text("power.off"),
  detail: () => text("receipt.off.detail"),
  action: () => ({ kind: "finish", outcome: { kind: "power-off" } }),
};

/** What a reset did: the running system finds the same receipt. */
export const receipt: Screen = {
  id: "receipt",
  title: () => text("receipt.title"),
  banner: ({ receipt }) => {
    if (receipt === null) return null;
    return receipt.outcome === "done"
      ? {
          tone: "good",
          text: text(`receipt.done.${receipt.scope}`),
          technical: inOwnWords(receipt.gradeReason),
        }
      : {
          tone: "danger",
          text: text("receipt.failed"),
          technical: receipt.problem === null ? null : inOwnWords(receipt.problem),
        };
  },
  facts: ({ receipt }) => {
    if (receipt === null) return [];
    return [
      { label: text("receipt.grade"), value: text(`reset.grade.${receipt.grade}`) },
      { label: text("receipt.took"), value: plural("receipt.seconds", Math.round(receipt.seconds)) },
      { label: text("receipt.attempts"), value: String(receipt.attempts) },
      { label: text("receipt.time"), value: timeText(receipt.time) },
      { label: text("receipt.id"), value: receipt.id },
    ];
  },
  items: () => itemsOf([DONE, OFF], null),
};
