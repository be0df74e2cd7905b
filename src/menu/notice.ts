import type { Change } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { nameOf } from "./model.ts";
import type { MenuOutcome } from "./outcome.ts";
import { plural, text } from "./texts.ts";

/** Names the console that acted behind what it did: "Slot B is the default now. (ttyS0)". */
export function signed(sentence: string, from: string | null): string {
  return from === null ? sentence : text("notice.from", { text: sentence, console: from });
}

/** What a change that was read back did. */
export function changeDone(status: DeviceStatus, change: Change): string {
  const slot = nameOf(status, change.slot);
  switch (change.kind) {
    case "select":
      return text(change.once ? "notice.once" : "notice.select", { slot });
    case "mark-good":
      return text("notice.good", { slot });
    case "mark-bad":
      return text("notice.bad", { slot });
    case "set-tries":
      return plural("notice.tries", change.tries, { slot });
    case "take-try":
      return text("notice.starting", { slot });
  }
}

/** The last words of the menu. */
export function farewell(status: DeviceStatus, outcome: MenuOutcome): string {
  if (outcome.kind === "enter") return text("notice.starting", { slot: nameOf(status, outcome.slot) });
  if (outcome.kind === "unattended") return text("notice.unattended");
  return text(outcome.kind === "reboot" ? "notice.restarting" : "notice.powering-off");
}
