import { inOwnWords } from "../device-words.ts";
import type { ItemRule } from "../item.ts";
import { text } from "../texts.ts";
import { absent, can, defaultName, isDefault, type Subject, unselectable } from "./slot-subject.ts";

/** "Only this time; the default stays Slot A." */
function onceDetail(subject: Subject, key: "slot.start.once" | "slot.restart.once"): string {
  const name = defaultName(subject);
  return name === null ? text(`${key}.no-default`) : text(`${key}.detail`, { default: name });
}

function inPlaceDetail(subject: Subject): string {
  const detail = isDefault(subject)
    ? text("slot.start.default.detail")
    : onceDetail(subject, "slot.start.once");
  return subject.slot.health === "bad" ? text("slot.start.bad", { detail }) : detail;
}

function rootObstacle({ slot }: Subject): string | null {
  if (slot.entry !== null) return null;
  return slot.entryReason === null ? text("slot.obstacle.root") : inOwnWords(slot.entryReason);
}

/** From here, under the running kernel or its own: nothing is written, so it is for this time only. */
const inPlace: ItemRule<Subject> = {
  key: "start",
  shown: ({ slot }) => slot.entry !== "reboot",
  label: (subject) =>
    text(isDefault(subject) ? "slot.start.default" : "slot.start.once", { slot: subject.slot.label }),
  detail: inPlaceDetail,
  tone: ({ slot }) => (slot.health === "bad" ? "warning" : "neutral"),
  obstacle: (subject) => absent(subject) ?? rootObstacle(subject),
  action: ({ slot }) => ({ kind: "finish", outcome: { kind: "enter", slot: slot.id } }),
};

/** Through the bootloader: it must be told first, in the way that the scheme has. */
const throughBootloader: ItemRule<Subject> = {
  key: "start",
  shown: (subject) =>
    subject.slot.entry === "reboot" && (isDefault(subject) || can(subject, "once") || can(subject, "select")),
  label: (subject) => text(`${restartKey(subject)}`, { slot: subject.slot.label }),
  detail: (subject) => {
    const key = restartKey(subject);
    return key === "slot.restart.once" ? onceDetail(subject, key) : text(`${key}.detail`);
  },
  obstacle: unselectable,
  action: (subject) => {
    const { slot } = subject;
    const outcome = { kind: "reboot", slot: slot.id, target: "system" } as const;
    if (isDefault(subject) && subject.status.once === null) return { kind: "finish", outcome };
    const change = { kind: "select", slot: slot.id, once: can(subject, "once") } as const;
    return { kind: "ask", ask: { service: "apply", change }, next: outcome };
  },
};

function restartKey(subject: Subject) {
  if (isDefault(subject)) return "slot.restart.default";
  return can(subject, "once") ? "slot.restart.once" : "slot.restart.select";
}

/** The two honest wordings of "start this slot"; one of them is shown at most. */
export const START_RULES: readonly ItemRule<Subject>[] = [inPlace, throughBootloader];
