import type { Reason, ReasonCode } from "../domain/plan.ts";
import type { Change, Slot } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";
import type { MenuOutcome } from "./outcome.ts";
import type { Intent, ScreenId, View } from "./view.ts";

/** One screen on the stack: what it is about and the key of its focused item. */
export interface Place {
  readonly screen: ScreenId;
  /** The slot that a "slot" screen is about. */
  readonly slot: string | null;
  /** null until the person moved: then the screen's own first focus holds. */
  readonly focus: string | null;
}

/** The countdown of a boot that stopped by itself, in seconds. */
export interface Countdown {
  readonly from: number;
  /** null while it is stopped. */
  readonly left: number | null;
  /** How long nobody acted since it was stopped. */
  readonly silence: number;
}

/** A write that was asked for and has not come back. */
export interface Busy {
  readonly change: Change;
  /** Console that asked for it. */
  readonly from: string;
  /** What follows once the write was read back. */
  readonly next: MenuOutcome | null;
}

/** Everything that the menu knows; a value, replaced by `update`. */
export interface Model {
  readonly status: DeviceStatus;
  /** Why the menu is shown; null when somebody just started it. */
  readonly reason: Reason | null;
  readonly footer: string;
  /** From home to the screen that is seen. */
  readonly stack: readonly [Place, ...Place[]];
  readonly notice: View["notice"];
  readonly countdown: Countdown | null;
  readonly busy: Busy | null;
  /** Set once the menu is over; nothing changes after it. */
  readonly outcome: MenuOutcome | null;
}

/** What reaches the model from outside. `tick` comes once a second. */
export type Input =
  | { readonly kind: "intent"; readonly intent: Intent; readonly from: string }
  | { readonly kind: "status-updated"; readonly status: DeviceStatus }
  | { readonly kind: "effect-failed"; readonly message: string }
  | { readonly kind: "tick" };

/**
 * What the session is to do. `apply` is answered by status-updated or effect-failed. `from` is the console of
 * the person; null where nobody chose.
 */
export type Effect =
  | { readonly kind: "apply"; readonly change: Change; readonly from: string }
  | { readonly kind: "finish"; readonly outcome: MenuOutcome; readonly from: string | null };

export interface Step {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

export const HOME: Place = { screen: "home", slot: null, focus: null };

/** Reasons of a boot that stopped without anybody having asked: nobody may be there. */
const STOPPED_BY_ITSELF: ReadonlySet<ReasonCode> = new Set([
  "fallback",
  "needs-own-kernel",
  "state-unusable",
  "state-locked",
]);

/** The model of a menu that was just opened; a countdown runs where a boot stopped by itself. */
export function openMenu(options: {
  status: DeviceStatus;
  reason: Reason | null;
  /** Why the choice before failed, as a sentence. */
  failure?: string | null;
  countdownSeconds: number;
  footer: string;
}): Model {
  const { status, reason, failure = null, countdownSeconds, footer } = options;
  const stopped = reason !== null && STOPPED_BY_ITSELF.has(reason.code);
  const counts = stopped && countdownSeconds > 0;
  return {
    status,
    reason,
    footer,
    stack: [HOME],
    notice: failure === null ? null : { tone: "danger", text: failure },
    countdown: counts ? { from: countdownSeconds, left: countdownSeconds, silence: 0 } : null,
    busy: null,
    outcome: null,
  };
}

/** The screen that is seen. */
export function topOf(model: Model): Place {
  return model.stack.at(-1) ?? HOME;
}

export function findSlot(status: DeviceStatus, id: string | null): Slot | undefined {
  return status.slots.find((slot) => slot.id === id);
}

/** The name of a slot as a person knows it; its id when it left the table. */
export function nameOf(status: DeviceStatus, id: string): string {
  return findSlot(status, id)?.label ?? id;
}
