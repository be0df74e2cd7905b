import { healthMeaning, marksOf, systemOf } from "../card.ts";
import { inOwnWords } from "../device-words.ts";
import { text, timeText, triesText } from "../texts.ts";
import type { View } from "../view.ts";
import type { Subject } from "./slot-subject.ts";

function triesOf({ slot }: Subject): string | null {
  if (slot.triesLeft === null) return null;
  if (slot.health === "good" || slot.health === "empty") return null;
  const left = triesText(slot.triesLeft);
  return slot.triesDone === null ? left : text("tries.done", { left, done: slot.triesDone });
}

function entryOf({ slot }: Subject): string {
  const entry = text(`slot.entry.${slot.entry ?? "none"}`);
  if (slot.entryReason === null) return entry;
  return text("slot.entry.because", { entry, reason: inOwnWords(slot.entryReason) });
}

/** What is known about a slot, line by line; what is not known or not in this scheme is left out. */
export function factsOf(subject: Subject): View["facts"] {
  const { status, slot, lastGood } = subject;
  const facts: readonly (readonly [label: string, value: string | null])[] = [
    [text("slot.fact.system"), systemOf(slot) ?? text("slot.system.unknown")],
    [text("slot.fact.health"), healthMeaning(status, slot)],
    [text("slot.fact.tries"), triesOf(subject)],
    [text("slot.fact.last-good"), lastGood === null ? null : timeText(lastGood)],
    [text("slot.fact.next"), marksOf(status, slot).join(", ") || null],
    [text("slot.fact.entry"), entryOf(subject)],
    [text("slot.fact.device"), slot.device],
    [text("slot.fact.identity"), slot.identity],
  ];
  return facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
}
