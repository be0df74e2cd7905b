import { needsPerson, type StateReport } from "../../domain/state-report.ts";
import { inOwnWords } from "../device-words.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model } from "../model.ts";
import { known } from "../readings.ts";
import { plural, sizeText, text } from "../texts.ts";
import type { Fact, View } from "../view.ts";
import { readingBanner } from "./reading-banner.ts";

export function stateOf(model: Model): StateReport | null {
  return known(model, { service: "state" });
}

/** Whether a person has to see to it. */
export function isStateTroubled(model: Model): boolean {
  const state = stateOf(model);
  return state !== null && (state.problem !== null || needsPerson(state));
}

function isLocked(model: Model): boolean {
  return stateOf(model)?.encrypted?.locked ?? false;
}

function banner(model: Model): View["banner"] {
  const state = stateOf(model);
  if (state === null) return readingBanner(model, { service: "state" });
  const technical = state.problem ?? state.encrypted?.problem ?? null;
  if (state.kind === "unusable") return { tone: "danger", text: text("state.banner.unusable"), technical };
  if (state.encrypted?.locked) return { tone: "info", text: text("state.banner.locked"), technical };
  if (state.kind === "temporary") return { tone: "warning", text: text("state.banner.temporary"), technical };
  if (state.kind === "none") return { tone: "neutral", text: text("state.banner.none"), technical };
  if (technical !== null) return { tone: "warning", text: text("state.banner.problem"), technical };
  return { tone: "good", text: text("state.banner.good"), technical };
}

function factsOf({ device, fstype, size, free, encrypted, notes }: StateReport): Fact[] {
  const facts: readonly (readonly [string, string | null])[] = [
    [text("state.device"), device],
    [text("state.fstype"), fstype],
    [text("state.size"), size === null ? null : sizeText(size)],
    [text("state.free"), free === null ? null : sizeText(free)],
    [
      text("state.encrypted"),
      encrypted === null ? null : text(encrypted.open ? "state.encrypted.open" : "state.encrypted.closed"),
    ],
  ];
  const known = facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
  return [...known, ...notes.map((note) => ({ label: text("state.note"), value: inOwnWords(note) }))];
}

function canChange(model: Model): boolean {
  return model.offered.has("changeState");
}

const RULES: readonly ItemRule<Model>[] = [
  {
    key: "unlock",
    shown: (model) => canChange(model) && isLocked(model),
    label: () => text("state.unlock"),
    obstacle: (model) => {
      const wait = Math.ceil(stateOf(model)?.encrypted?.wait ?? 0);
      return wait > 0 ? plural("state.unlock.wait", wait) : null;
    },
    action: () => ({ kind: "secret", purpose: "unlock-state" }),
  },
  {
    key: "temporary",
    shown: (model) => canChange(model) && stateOf(model)?.kind === "unusable",
    label: () => text("state.temporary"),
    detail: () => text("state.temporary.detail"),
    tone: () => "warning",
    action: () => ({ kind: "ask", ask: { service: "changeState", change: { kind: "temporary" } } }),
  },
  {
    key: "repair",
    shown: (model) => canChange(model) && stateOf(model)?.kind === "unusable",
    label: () => text("state.repair"),
    detail: () => text("state.repair.detail"),
    word: () => "word.repair",
    action: () => ({ kind: "ask", ask: { service: "changeState", change: { kind: "repair" } } }),
  },
  {
    key: "reset",
    shown: (model) => model.offered.has("previewReset") && isStateTroubled(model),
    label: () => text("home.reset"),
    detail: () => text("home.reset.detail"),
    action: () => ({ kind: "open", place: { screen: "reset", slot: null } }),
  },
];

/** The state partition: how it is, and what can be done about it. */
export const state: Screen = {
  id: "state",
  title: () => text("state.title"),
  needs: () => [{ service: "state" }],
  banner,
  facts: (model) => {
    const report = stateOf(model);
    return report === null ? [] : factsOf(report);
  },
  items: (model) => itemsOf([...RULES, BACK], model),
};
