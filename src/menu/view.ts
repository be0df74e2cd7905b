import type { Health } from "../domain/slot.ts";

/** Stable ids of the screens: never reused, lab robots and tests rely on them. */
export type ScreenId = "home" | "slot" | "power";

/** What a person did, from any console. Keys and touches become intents in src/input and src/terminal. */
export type Intent =
  | { readonly kind: "next" }
  | { readonly kind: "previous" }
  | { readonly kind: "choose" }
  | { readonly kind: "back" }
  /** A tap, or a number typed in line mode: focuses that item and chooses it. */
  | { readonly kind: "choose-item"; readonly key: string };

/** How much an item or message matters; drawn in colour and shape, never colour alone. */
export type Tone = "neutral" | "good" | "info" | "warning" | "danger";

export interface SlotCard {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly health: Health;
  /** One word for the health, such as "Good" or "Trying". */
  readonly healthWord: string;
  /** Such as "2 tries left"; null when the scheme does not count. */
  readonly tries: string | null;
  /** The same in dots on the panel: tries left of those that a slot gets; left out where nothing counts. */
  readonly dots?: { readonly left: number; readonly of: number } | null;
  /** Short marks such as "Default", "Starts next". */
  readonly marks: readonly string[];
}

export interface ViewItem {
  /** Stable within the screen, such as "slot:b" or "continue". */
  readonly key: string;
  readonly label: string;
  /** A second line in smaller letters, or null. */
  readonly detail: string | null;
  readonly tone: Tone;
  /** Disabled items stay visible with their reason in `detail`; focus passes over them. */
  readonly enabled: boolean;
  /** Set when the item is drawn as a slot card. */
  readonly card: SlotCard | null;
}

/** One screen as plain data; panel and terminal draw the same value. Compared to know what to redraw. */
export interface View {
  readonly screen: ScreenId;
  readonly title: string;
  readonly banner: { readonly tone: Tone; readonly text: string } | null;
  /** Label and value lines between banner and items, such as the facts of one slot. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly items: readonly ViewItem[];
  /** Index into `items`. */
  readonly focus: number;
  /** What just happened and who did it, such as "Slot b is the default now (serial ttyS0)". */
  readonly notice: { readonly tone: Tone; readonly text: string } | null;
  /** What happens by itself when nobody acts, such as "Starting slot b in 12 s". */
  readonly countdown: string | null;
  /** Which key does what; the terminal replaces it with its own. */
  readonly hint: string;
  /** "Holdfast 0.1.0" and the kernel release, for the footer. */
  readonly footer: string;
}
