import type { BatteryCare } from "../domain/battery.ts";
import type { DeveloperFeature } from "../domain/developer.ts";
import type { Heat } from "../domain/heat.ts";
import type { LogSource } from "../domain/log-source.ts";
import type { Reason, ReasonCode } from "../domain/plan.ts";
import type { ResetProgress, ResetReceipt, ResetScope } from "../domain/reset.ts";
import type { Slot } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";
import type { Ask, Readings, Reply, ServiceName } from "./asks.ts";
import { DEFAULT_DISPLAY, type DisplayChoice } from "./display.ts";
import type { Typing } from "./entry.ts";
import type { Notice } from "./notice.ts";
import type { MenuOutcome } from "./outcome.ts";
import type { Header, Intent, ScreenId } from "./view.ts";

/** One screen on the stack: what it is about and the key of its focused item. */
export interface Place {
  readonly screen: ScreenId;
  /** The slot, or the key of the system or group, that a screen is about; the left one of a comparison. */
  readonly slot: string | null;
  /** null until the person moved: then the screen's own first focus holds. */
  readonly focus: string | null;
  /** The right slot of a comparison. */
  readonly other?: string;
  readonly scope?: ResetScope;
  /** A person goes on although the battery is short. */
  readonly despiteBattery?: boolean;
  readonly source?: LogSource;
  /** The partition that a screen is about, such as "/dev/mmcblk0p7". */
  readonly device?: string;
  /** First line that is seen of a long text. */
  readonly at?: number;
}

/** The countdown of a boot that stopped by itself, in seconds. */
export interface Countdown {
  readonly from: number;
  /** null while it is stopped. */
  readonly left: number | null;
  /** How long nobody acted since it was stopped. */
  readonly silence: number;
}

/** Something that was asked for and has not come back. */
export interface Busy {
  readonly id: number;
  readonly ask: Ask;
  /** Console that asked for it. */
  readonly from: string;
  /** What follows once it was done. */
  readonly next: MenuOutcome | null;
  /** How far a reset is. */
  readonly progress: ResetProgress | null;
}

/** A dangerous item that a person holds. */
export interface Hold {
  readonly key: string;
  readonly from: string;
  readonly ms: number;
}

/** What a person chose of developer mode and has not turned on yet. */
export interface DeveloperDraft {
  readonly features: readonly DeveloperFeature[];
  readonly ephemeral: boolean;
}

/** One place where the menu is shown, as far as the model must know it. */
export interface Viewer {
  readonly name: string;
  readonly confirms: "hold" | "word";
  /** Letters that it can show. */
  readonly letters: "all" | "latin";
}

/** Everything that the menu knows; a value, replaced by `update`. */
export interface Model {
  readonly status: DeviceStatus;
  /** Why the menu is shown; null when somebody just started it. */
  readonly reason: Reason | null;
  readonly footer: string;
  readonly display: DisplayChoice;
  /** What of the header does not follow from the status. */
  readonly gauges: Pick<Header, "clock" | "battery">;
  readonly care: BatteryCare;
  /** The device is nearly as hot as it may be. */
  readonly hot: boolean;
  /** Services that this device has; what needs another one is not shown. */
  readonly offered: ReadonlySet<ServiceName>;
  /** Whether a slot can be started without extensions and without its writable layer. */
  readonly canStartSafely: boolean;
  /** From home to the screen that is seen. */
  readonly stack: readonly [Place, ...Place[]];
  readonly notice: Notice | null;
  readonly countdown: Countdown | null;
  readonly readings: Readings;
  readonly nextId: number;
  readonly busy: Busy | null;
  readonly hold: Hold | null;
  readonly typing: Typing | null;
  readonly draft: DeveloperDraft | null;
  readonly receipt: ResetReceipt | null;
  /** Set once the menu is over; nothing changes after it. */
  readonly outcome: MenuOutcome | null;
}

/** What reaches the model from outside. `tick` comes once a second, `held` often while something is held. */
export type Input =
  | { readonly kind: "intent"; readonly intent: Intent; readonly from: Viewer }
  | Reply
  | { readonly kind: "gauges"; readonly gauges: Model["gauges"]; readonly care: BatteryCare }
  /** How hot the device is; null where it does not say. */
  | { readonly kind: "heat"; readonly heat: Heat | null }
  | { readonly kind: "told"; readonly text: string }
  | { readonly kind: "held"; readonly ms: number }
  /** Nobody was there for so long that the device is to save its battery. */
  | { readonly kind: "abandoned" }
  | { readonly kind: "tick" };

/**
 * What the session is to do. An ask is answered by a `Reply` of its id. `from` is the console of the person;
 * null where nobody chose.
 */
export type Effect =
  | { readonly kind: "ask"; readonly id: number; readonly ask: Ask; readonly from: string | null }
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

/** What a menu is opened with. */
export interface Opening {
  readonly status: DeviceStatus;
  readonly reason: Reason | null;
  /** Why the choice before failed, as a sentence. */
  readonly failure?: string | null;
  readonly countdownSeconds: number;
  readonly footer: string;
  readonly display?: DisplayChoice;
  readonly offered?: ReadonlySet<ServiceName>;
  readonly canStartSafely?: boolean;
}

/** The model of a menu that was just opened; a countdown runs where a boot stopped by itself. */
export function openMenu(opening: Opening): Model {
  const { status, reason, failure = null, countdownSeconds, footer, offered, display } = opening;
  const stopped = reason !== null && STOPPED_BY_ITSELF.has(reason.code);
  const counts = stopped && countdownSeconds > 0;
  return {
    status,
    reason,
    footer,
    display: display ?? DEFAULT_DISPLAY,
    gauges: { clock: null, battery: null },
    care: "fine",
    hot: false,
    offered: offered ?? new Set(),
    canStartSafely: opening.canStartSafely ?? false,
    stack: [HOME],
    notice: failure === null ? null : { tone: "danger", text: failure, latin: failure },
    countdown: counts ? { from: countdownSeconds, left: countdownSeconds, silence: 0 } : null,
    readings: {},
    nextId: 1,
    busy: null,
    hold: null,
    typing: null,
    draft: null,
    receipt: null,
    outcome: null,
  };
}

/** The screen that is seen. */
export function topOf(model: Model): Place {
  return model.stack.at(-1) ?? HOME;
}

export function replaceTop(model: Model, change: Partial<Place>): Model {
  const [home, ...rest] = model.stack;
  const place = { ...topOf(model), ...change };
  return { ...model, stack: rest.length === 0 ? [place] : [home, ...rest.slice(0, -1), place] };
}

export function findSlot(status: DeviceStatus, id: string | null): Slot | undefined {
  return status.slots.find((slot) => slot.id === id);
}

/** The name of a slot as a person knows it; its id when it left the table. */
export function nameOf(status: DeviceStatus, id: string): string {
  return findSlot(status, id)?.label ?? id;
}
