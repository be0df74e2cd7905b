import type { Health, Slot } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { text, triesText } from "./texts.ts";
import type { SlotCard, Tone } from "./view.ts";

const TONES: Record<Health, Tone> = {
  good: "good",
  trying: "info",
  bad: "danger",
  empty: "neutral",
  unknown: "warning",
};

export function toneOf(health: Health): Tone {
  return TONES[health];
}

/** Nothing is wrong with a slot of which nobody keeps a health. */
export function toneOfSlot({ scheme }: DeviceStatus, { health }: Slot): Tone {
  return isUnkept(scheme, health) ? "neutral" : toneOf(health);
}

/** The health of a slot in a word. Where nobody keeps any, none could not be read. */
export function healthWord({ scheme }: DeviceStatus, { health }: Slot): string {
  return text(isUnkept(scheme, health) ? "system.health.unknown" : `health.${health}`);
}

/** The same in a sentence. */
export function healthMeaning({ scheme }: DeviceStatus, { health }: Slot): string {
  return text(isUnkept(scheme, health) ? "system.health.unknown.meaning" : `health.${health}.meaning`);
}

function isUnkept(scheme: DeviceStatus["scheme"], health: Health): boolean {
  return scheme === "memory" && health === "unknown";
}

/** Name and version of the system in a slot; null when its root says neither. */
export function systemOf(slot: Slot): string | null {
  if (slot.os === null) return null;
  return slot.os.version === null ? slot.os.name : `${slot.os.name} ${slot.os.version}`;
}

/** Whether its tries mean anything: a confirmed slot is not counted, an empty one cannot be started. */
function isCounted(slot: Slot): slot is Slot & { triesLeft: number } {
  return slot.triesLeft !== null && (slot.health === "trying" || slot.health === "bad");
}

/** What the next starts do with a slot, in short words. */
export function marksOf(status: DeviceStatus, slot: Slot): string[] {
  const marks: string[] = [];
  if (status.default === slot.id) marks.push(text("mark.default"));
  if (status.once === slot.id) marks.push(text("mark.once"));
  else if (status.next.slot === slot.id && status.default !== slot.id) marks.push(text("mark.next"));
  if (status.booted?.slot === slot.id) marks.push(text("mark.booted"));
  return marks;
}

/** The card of one slot. */
export function cardOf(status: DeviceStatus, slot: Slot): SlotCard {
  const counted = isCounted(slot);
  return {
    id: slot.id,
    name: slot.label,
    version: systemOf(slot),
    health: slot.health,
    healthWord: healthWord(status, slot),
    tries: counted ? triesText(slot.triesLeft) : null,
    dots: counted ? { left: slot.triesLeft, of: Math.max(status.freshTries, slot.triesLeft) } : null,
    marks: marksOf(status, slot),
  };
}
