import type { KeptSystem } from "../../domain/kept-systems.ts";
import { inOwnWords } from "../device-words.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model, Place } from "../model.ts";
import { groupAround, groupName, nameIn, systemAt, systemMarks } from "../systems.ts";
import { text, timeText, triesText } from "../texts.ts";
import type { View } from "../view.ts";

/** What the rules of this screen are asked about. */
interface Subject {
  readonly system: KeptSystem;
  readonly name: string;
  /** Another one of its family to compare it with; null where there is none. */
  readonly other: KeptSystem | null;
  readonly model: Model;
}

const RULES: readonly ItemRule<Subject>[] = [
  {
    key: "start",
    label: ({ name }) => text("system.start", { system: name }),
    detail: ({ system: { once } }) => text(`system.start.${once.entry ?? "none"}`),
    tone: ({ system: { health } }) => (health.state === "bad" ? "warning" : "neutral"),
    obstacle: ({ system: { once } }) =>
      once.entry === null
        ? once.reason === null
          ? text("slot.obstacle.root")
          : inOwnWords(once.reason)
        : null,
    action: ({ system, name }) => ({
      kind: "finish",
      outcome: { kind: "enter-system", system: system.key, title: name },
    }),
  },
  {
    key: "make-default",
    label: () => text("slot.select"),
    obstacle: alwaysOf,
    action: () => ({ kind: "back" }),
  },
  {
    key: "compare",
    shown: ({ model, other }) => other !== null && model.offered.has("compare"),
    label: () => text("slot.compare"),
    detail: ({ model, other }) => text("slot.compare.detail", { other: nameIn(model, other?.key ?? "") }),
    action: ({ system, other }) =>
      other === null
        ? { kind: "back" }
        : { kind: "open", place: { screen: "compare", slot: system.key, other: other.key } },
  },
];

/** What makes it the default, which is never ours to do. */
function alwaysOf({ system: { always, flags } }: Subject): string {
  const { command, reason } = always;
  if (flags.default === true) return text("slot.obstacle.default");
  if (command === null) return reason === null ? text("system.always.none") : inOwnWords(reason);
  return text("system.always.command", { command });
}

/** The default, or the next one where this is the default. */
function otherOf(model: Model, system: KeptSystem): KeptSystem | null {
  const others = (groupAround(model, system.key)?.systems ?? []).filter(
    ({ key, flags }) => key !== system.key && !flags.incomplete,
  );
  return others.find(({ flags }) => flags.default === true) ?? others[0] ?? null;
}

function subjectOf(model: Model, { slot }: Place): Subject | null {
  const system = systemAt(model, slot);
  if (system === undefined) return null;
  return { model, system, name: nameIn(model, system.key), other: otherOf(model, system) };
}

function kernelOf({ kernel: { releases, isRunning } }: KeptSystem): string | null {
  if (releases.length === 0) return null;
  const list = releases.join(", ");
  return isRunning === true ? text("system.kernel.running", { kernel: list }) : list;
}

/** No family but those that count starts says whether a system works. */
function healthOf({ health: { state } }: KeptSystem): string {
  return text(state === "unknown" ? "system.health.unknown.meaning" : `health.${state}.meaning`);
}

/** What is known about a system, line by line; what is not known is left out. */
function factsOf({ model, system }: Subject): View["facts"] {
  const { version, date, health, once, warnings, id, flags } = system;
  const group = groupAround(model, system.key);
  const entry = text(`system.entry.${once.entry ?? "none"}`);
  const twins = flags.identicalTo.map((each) => nameIn(model, `${group?.key}:${each}`));
  const facts: readonly (readonly [label: string, value: string | null])[] = [
    [text("system.fact.version"), version],
    [text("system.fact.date"), date === null ? null : timeText(date)],
    [text("system.fact.kernel"), kernelOf(system)],
    [text("slot.fact.health"), healthOf(system)],
    [text("slot.fact.tries"), health.triesLeft === null ? null : triesText(health.triesLeft)],
    ...health.evidence.map((sentence) => [text("system.fact.evidence"), inOwnWords(sentence)] as const),
    [text("system.fact.marks"), systemMarks(system).join(", ") || null],
    [
      text("slot.fact.entry"),
      once.reason === null || once.entry === null
        ? entry
        : text("slot.entry.because", { entry, reason: inOwnWords(once.reason) }),
    ],
    [text("system.fact.twins"), twins.join(", ") || null],
    ...warnings.map((warning) => [text("home.problem"), inOwnWords(warning)] as const),
    [text("system.fact.family"), group === undefined ? null : groupName(group)],
    [text("slot.fact.identity"), id],
  ];
  return facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}

/** Everything about one system of another family than slots, and what can be done with it. */
export const system: Screen = {
  id: "system",
  title: (model, { slot }) => nameIn(model, slot ?? ""),
  facts: (model, place) => {
    const subject = subjectOf(model, place);
    return subject === null ? [] : factsOf(subject);
  },
  items: (model, place) => {
    const subject = subjectOf(model, place);
    return [...(subject === null ? [] : itemsOf(RULES, subject)), ...itemsOf([BACK], null)];
  },
};
