import type { Change } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { nameOf } from "./model.ts";
import type { MenuOutcome } from "./outcome.ts";
import { latinLocale, plural, speaking, spokenLocale, text } from "./texts.ts";
import type { Message, Tone } from "./view.ts";

/** What just happened. Terminals have no Arabic letters: they get `latin`. */
export interface Notice extends Message {
  readonly latin: string;
}

/** A notice in the language of the menu, with the console that acted: "Slot B is the default now. (ttyS0)". */
export function noticeOf(tone: Tone, say: () => string, from: string | null = null): Notice {
  const signed = () => (from === null ? say() : text("notice.from", { text: say(), console: from }));
  return { tone, text: signed(), latin: speaking(latinLocale(spokenLocale()), signed) };
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
  if (outcome.kind === "enter-system") return text("notice.starting", { slot: outcome.title });
  if (outcome.kind === "unattended") return text("notice.unattended");
  return text(outcome.kind === "reboot" ? "notice.restarting" : "notice.powering-off");
}
