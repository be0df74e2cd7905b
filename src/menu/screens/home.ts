import type { Reason, ReasonCode } from "../../domain/plan.ts";
import type { DeviceStatus } from "../../domain/status.ts";
import { cardOf, toneOfSlot } from "../card.ts";
import { nextStart } from "../continue.ts";
import { inOwnWords, translated } from "../device-words.ts";
import { firstCalm, type Item, type ItemRule, itemOf, itemsOf, type Screen } from "../item.ts";
import { findSlot, type Model, nameOf } from "../model.ts";
import { type TextKey, text } from "../texts.ts";
import type { Tone, View } from "../view.ts";
import { developerOf } from "./developer.ts";
import { repairsOf } from "./repair.ts";
import { isStateTroubled } from "./state.ts";
import { closedDisks, groupItems, plainSystem } from "./systems.ts";

const REASONS: Readonly<Record<ReasonCode, { readonly key: TextKey; readonly tone: Tone }>> = {
  default: { key: "home.reason.default", tone: "info" },
  once: { key: "home.reason.once", tone: "info" },
  chosen: { key: "home.reason.chosen", tone: "info" },
  "battery-empty": { key: "home.reason.battery-empty", tone: "warning" },
  "nobody-there": { key: "home.reason.nobody-there", tone: "info" },
  "bootloader-chose": { key: "home.reason.bootloader-chose", tone: "info" },
  "key-held": { key: "home.reason.key-held", tone: "info" },
  "command-line": { key: "home.reason.command-line", tone: "info" },
  fallback: { key: "home.reason.fallback", tone: "warning" },
  "needs-own-kernel": { key: "home.reason.needs-own-kernel", tone: "info" },
  "bad-config": { key: "home.reason.bad-config", tone: "warning" },
  "ambiguous-store": { key: "home.reason.ambiguous-store", tone: "warning" },
  "store-unreadable": { key: "home.reason.store-unreadable", tone: "warning" },
  asked: { key: "home.reason.asked", tone: "info" },
  "reset-asked": { key: "home.reason.reset-asked", tone: "info" },
  "state-unusable": { key: "home.reason.state-unusable", tone: "warning" },
  "state-locked": { key: "home.reason.state-locked", tone: "info" },
  "nothing-bootable": { key: "home.reason.nothing-bootable", tone: "danger" },
};

/** What a person can do when nothing can be started, by what the scheme can write. */
function adviceOf(status: DeviceStatus): string {
  if (status.slots.length === 0) return text("home.advice.none");
  const another = status.slots.some((slot) => slot.entry !== null);
  if (status.next.slot !== null) return text(another ? "home.advice.start" : "home.advice.none");
  if (status.capabilities.includes("setTries")) return text("home.advice.tries");
  if (status.capabilities.includes("markGood")) return text("home.advice.good");
  const byHand = status.slots.some((slot) => slot.entry === "switch-root");
  return text(byHand ? "home.advice.start" : "home.advice.none");
}

/** What was decided before the menu; where it has no words for the very sentence, those of its code. */
function sentenceOf({ code, text: sentence }: Reason): string {
  const said = sentence === "" ? null : translated(sentence);
  return said ?? text(wordsOf(code).key);
}

/** A code that was read from a file may be of another version. */
function wordsOf(code: ReasonCode) {
  return Object.hasOwn(REASONS, code) ? REASONS[code] : REASONS.asked;
}

/** The sentence itself, where the person was told less. */
function technicalOf({ text: sentence }: Reason): string | null {
  return sentence === "" || translated(sentence) !== null ? null : sentence;
}

/** Why nothing can be started: the decision's own sentence, or what keeps the chosen slot's root away. */
function stuckSentence({ status }: Model): string {
  const chosen = findSlot(status, status.next.slot);
  return chosen === undefined
    ? sentenceOf({ ...status.next.reason, code: "nothing-bootable" })
    : `${chosen.label}: ${chosen.entryReason === null ? text("slot.obstacle.root") : inOwnWords(chosen.entryReason)}`;
}

function banner(model: Model): View["banner"] {
  const { status, reason } = model;
  const next = nextStart(status);
  const plain = plainSystem(model);
  if (plain !== null && reason?.code !== "nothing-bootable")
    return { tone: "neutral", text: text("home.banner.welcome"), technical: null };
  if (next === null)
    return {
      tone: "danger",
      text: text("home.banner.stuck", { reason: stuckSentence(model), advice: adviceOf(status) }),
      technical: technicalOf({ ...status.next.reason, code: "nothing-bootable" }),
    };
  if (reason === null) return { tone: "neutral", text: text("home.banner.welcome"), technical: null };
  if (reason.code === "nothing-bootable")
    return {
      tone: "good",
      text: text("home.banner.repaired", { slot: next.slot.label }),
      technical: null,
    };
  const key = reason.code === "key-held" ? "home.banner.unchanged" : "home.banner.plain";
  return {
    tone: wordsOf(reason.code).tone,
    text: text(key, { reason: sentenceOf(reason) }),
    technical: technicalOf(reason),
  };
}

const CONTINUE: readonly ItemRule<Model>[] = [
  {
    key: "continue",
    label: (model) => {
      const { status } = model;
      const next = nextStart(status);
      const plain = plainSystem(model);
      if (plain !== null) return text("home.continue.enter", { slot: plain.name });
      if (next === null) return text("home.continue.none");
      return text(`home.continue.${next.outcome.kind === "enter" ? "enter" : "reboot"}`, {
        slot: nameOf(status, next.slot.id),
      });
    },
    detail: ({ status, reason }) => {
      // Without a person nothing starts then.
      if (status.scheme === "memory" && reason?.code === "ambiguous-store") return null;
      const isReboot = nextStart(status)?.outcome.kind === "reboot";
      return text(isReboot ? "home.continue.detail.reboot" : "home.continue.detail");
    },
    obstacle: (model) =>
      nextStart(model.status) === null && plainSystem(model) === null ? text("home.continue.obstacle") : null,
    action: (model) => ({
      kind: "finish",
      outcome: nextStart(model.status)?.outcome ??
        plainSystem(model)?.outcome ?? { kind: "reboot", slot: null, target: "system" },
    }),
  },
];

const RULES: readonly ItemRule<Model>[] = [
  {
    key: "state",
    shown: isStateTroubled,
    label: () => text("home.state"),
    detail: () => text("home.state.detail"),
    tone: () => "warning",
    action: () => ({ kind: "open", place: { screen: "state", slot: null } }),
  },
  {
    key: "repair",
    shown: (model) => repairsOf(model).length > 0,
    label: () => text("home.repair"),
    detail: () => text("home.repair.detail"),
    tone: () => "warning",
    action: () => ({ kind: "open", place: { screen: "repair", slot: null } }),
  },
  {
    key: "layers",
    shown: (model) => developerOf(model)?.baseChanged != null,
    label: () => text("home.layers"),
    detail: () => text("home.layers.detail"),
    tone: () => "warning",
    action: (model) => ({
      kind: "open",
      place: { screen: "layers", slot: developerOf(model)?.baseChanged?.slot ?? null },
    }),
  },
  {
    key: "developer",
    shown: ({ offered }) => offered.has("developer"),
    label: () => text("home.developer"),
    detail: (model) => text(developerOf(model)?.enabled ? "home.developer.on" : "home.developer.detail"),
    action: () => ({ kind: "open", place: { screen: "developer", slot: null } }),
  },
  {
    key: "reset",
    shown: ({ offered }) => offered.has("previewReset"),
    label: () => text("home.reset"),
    detail: () => text("home.reset.detail"),
    action: () => ({ kind: "open", place: { screen: "reset", slot: null } }),
  },
  {
    key: "tools",
    label: () => text("home.tools"),
    detail: () => text("home.tools.detail"),
    action: () => ({ kind: "open", place: { screen: "tools", slot: null } }),
  },
  {
    key: "power",
    label: () => text("home.power"),
    detail: () => text("home.power.detail"),
    action: () => ({ kind: "open", place: { screen: "power", slot: null } }),
  },
];

function cards({ status }: Model): Item[] {
  return status.slots.map((slot) =>
    itemOf(
      {
        key: `slot:${slot.id}`,
        label: () => slot.label,
        tone: () => toneOfSlot(status, slot),
        action: () => ({ kind: "open", place: { screen: "slot", slot: slot.id } }),
      },
      slot,
      cardOf(status, slot),
    ),
  );
}

/** Continue when it can be chosen; else the first slot that can be repaired; else whatever is calm. */
function firstFocus(items: readonly Item[], { status }: Model): string | null {
  if (items.some((item) => item.key === "continue" && item.enabled)) return "continue";
  const repairable = status.slots.find((slot) => slot.health !== "empty" && slot.health !== "unknown");
  const first = repairable ?? status.slots[0];
  return first === undefined ? firstCalm(items) : `slot:${first.id}`;
}

/** What is amiss; where there are no slots, also what nobody could look into: a system may be there. */
function problemsOf(model: Model): readonly string[] {
  const { problems, slots } = model.status;
  return slots.length > 0 ? problems : [...problems, ...closedDisks(model)];
}

/** The first screen: why the person is here, the slots, and the way on. */
export const home: Screen = {
  id: "home",
  title: () => text("home.title"),
  banner,
  facts: (model) =>
    problemsOf(model).map((problem) => ({ label: text("home.problem"), value: inOwnWords(problem) })),
  needs: () => [
    { service: "state" },
    { service: "repairs" },
    { service: "developer" },
    { service: "systems" },
  ],
  items: (model) => [
    ...cards(model),
    ...itemsOf(CONTINUE, model),
    ...groupItems(model),
    ...itemsOf(RULES, model),
  ],
  firstFocus,
};
