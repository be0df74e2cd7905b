import type { Slot } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { findSlot, type Model } from "./model.ts";
import type { MenuOutcome } from "./outcome.ts";

/** The slot that goes on from here without another choice, with the way into it; null when there is none. */
export function nextStart(status: DeviceStatus): { slot: Slot; outcome: MenuOutcome } | null {
  const slot = findSlot(status, status.next.slot);
  if (slot === undefined || slot.entry === null) return null;
  const outcome: MenuOutcome =
    slot.entry === "reboot"
      ? { kind: "reboot", slot: slot.id, target: "system" }
      : { kind: "enter", slot: slot.id };
  return { slot, outcome };
}

/**
 * What a menu that nobody looks at ends with. Where the next slot cannot be entered, or the bootloader started
 * one that has no further start, an ordinary boot still finds its way; null when only a person can help. So it
 * is with a slot that needs its own kernel: nobody knows whether a restart brings that, or this menu again.
 */
export function unattendedEnd({ status, reason }: Model): MenuOutcome | null {
  const next = nextStart(status);
  if (next !== null && reason?.code !== "needs-own-kernel") return next.outcome;
  const mayStart = ({ health, entry }: Slot) =>
    (entry === "switch-root" || entry === "kexec") && (health === "good" || health === "trying");
  return status.slots.some(mayStart) ? { kind: "unattended" } : null;
}
