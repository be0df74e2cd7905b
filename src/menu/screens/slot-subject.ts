import type { Capability, Slot } from "../../domain/slot.ts";
import type { DeviceStatus } from "../../domain/status.ts";
import { nameOf } from "../model.ts";
import { text } from "../texts.ts";

/** What the rules of the slot screen are asked about. */
export interface Subject {
  readonly status: DeviceStatus;
  readonly slot: Slot;
  /** ISO 8601 time of its last good start; null when nobody knows. */
  readonly lastGood: string | null;
}

export function can({ status }: Subject, capability: Capability): boolean {
  return status.capabilities.includes(capability);
}

export function isDefault({ status, slot }: Subject): boolean {
  return status.default === slot.id;
}

/** Name of the slot that stays the default when another one is started; null when there is none. */
export function defaultName({ status }: Subject): string | null {
  return status.default === null ? null : nameOf(status, status.default);
}

/** Why nothing can be written about a slot or started from it. */
export function absent({ slot }: Subject): string | null {
  if (slot.health === "empty") return text("slot.obstacle.empty");
  return null;
}

/** Why no mark can be set: what is there must be known first. */
export function unmarkable(subject: Subject): string | null {
  if (subject.slot.health === "unknown") return text("slot.obstacle.unknown");
  return absent(subject);
}

/** Why the bootloader would not start a slot, even when it was asked to. */
export function unselectable(subject: Subject): string | null {
  if (subject.slot.health !== "bad") return unmarkable(subject);
  if (can(subject, "setTries")) return text("slot.obstacle.bad.tries");
  return text(can(subject, "markGood") ? "slot.obstacle.bad.good" : "slot.obstacle.bad");
}
