import type { Health } from "../domain/slot.ts";
import type { Display } from "./display.ts";

/** Stable ids of the screens: never reused, lab robots and tests rely on them. */
export const SCREEN_IDS = [
  "home",
  "slot",
  "systems",
  "system",
  "compare",
  "developer",
  "layers",
  "state",
  "reset",
  "reset-preview",
  "progress",
  "receipt",
  "tools",
  "logs",
  "log",
  "repair",
  "usb",
  "usb-export",
  "display",
  "power",
] as const;
export type ScreenId = (typeof SCREEN_IDS)[number];

/** What a person did, from any console. Keys and touches become intents in src/input and src/terminal. */
export type Intent =
  | { readonly kind: "next" }
  | { readonly kind: "previous" }
  | { readonly kind: "choose" }
  | { readonly kind: "back" }
  /** A tap, or a number typed in line mode: focuses that item, or key of a text entry, and chooses it. */
  | { readonly kind: "choose-item"; readonly key: string }
  /** A finger or key goes down on a dangerous item and stays, or is lifted; `key` null means the focused one. */
  | { readonly kind: "hold"; readonly key: string | null; readonly down: boolean }
  /** Moves the text of `View.log` by so many lines, down when positive. */
  | { readonly kind: "scroll"; readonly lines: number }
  /** Characters for the open text entry; `erase` takes the last one away, `submit` ends it. */
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "erase" }
  | { readonly kind: "submit" };

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

/** What stands at the end of an item that is set rather than opened. */
export type Control =
  | { readonly kind: "toggle"; readonly on: boolean }
  /** One of several items of which exactly one is on. */
  | { readonly kind: "radio"; readonly on: boolean }
  /** Choosing the item takes the next value; this is the one it has. */
  | { readonly kind: "choice"; readonly value: string };

export interface ViewItem {
  /** Stable within the screen, such as "slot:b" or "continue". */
  readonly key: string;
  /** What it and the items below it belong to, above the first of them; missing elsewhere. */
  readonly heading?: string;
  readonly label: string;
  /** A second line in smaller letters, or null. */
  readonly detail: string | null;
  readonly tone: Tone;
  /** Disabled items stay visible with their reason in `detail`; focus passes over them. */
  readonly enabled: boolean;
  /** Set when the item is drawn as a slot card. */
  readonly card: SlotCard | null;
  readonly control: Control | null;
  /** Dangerous: it takes a hold (`Intent` hold) or a typed word, and a plain choose only says so. */
  readonly hold: boolean;
}

export interface Message {
  readonly tone: Tone;
  readonly text: string;
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Two things side by side, such as two slots. */
export interface Table {
  readonly columns: readonly [string, string];
  readonly rows: readonly {
    readonly label: string;
    readonly cells: readonly [string, string];
    readonly differs: boolean;
  }[];
}

/** A text of many lines that is scrolled; consoles show as much as they have room for, from line `at` on. */
export interface TextLog {
  /** The same array as long as the text is the same. */
  readonly lines: readonly Message[];
  readonly at: number;
}

/** Work under way that a person waits for. */
export interface Progress {
  readonly text: string;
  /** 0 to 1 of all of it; null while nobody knows. */
  readonly fraction: number | null;
}

/** One key of the keyboard that a text entry shows. */
export interface EntryKey {
  /** For `choose-item`. */
  readonly key: string;
  readonly label: string;
  /** Besides characters; "wide" is the space bar. */
  readonly role: "character" | "wide" | "shift" | "page" | "erase" | "submit" | "cancel";
}

/** A text that is asked for. It covers the screen: until it is over nothing else can be chosen. */
export interface Entry {
  readonly kind: "word" | "pin" | "passphrase";
  /** What is asked for, as a sentence. */
  readonly prompt: string;
  /** What was typed; a secret as dots, of which this is the only trace in a view. */
  readonly shown: string;
  /** Why the last text was not taken. */
  readonly error: string | null;
  /** Whether this console may type. */
  readonly isHere: boolean;
  /** What the others are told meanwhile, as a sentence. */
  readonly waitsFor: string;
  /** Rows of the keyboard, for touch and for three keys. */
  readonly keys: readonly (readonly EntryKey[])[];
  /** Key that three keys have reached. */
  readonly focus: string;
}

/** What stands at the top of every screen. */
export interface Header {
  /** Name of the slot that runs, or that starts next, and its system. */
  readonly slot: string | null;
  readonly system: string | null;
  /** Such as "14:05"; null while the clock is not set. */
  readonly clock: string | null;
  readonly battery: { readonly percent: number; readonly charging: boolean } | null;
}

/** One screen as plain data; panel and terminal draw the same value. Compared to know what to redraw. */
export interface View {
  readonly screen: ScreenId;
  readonly title: string;
  readonly header: Header;
  readonly display: Display;
  /** Why the person is here or what to know first, and the technical line beneath it. */
  readonly banner: (Message & { readonly technical: string | null }) | null;
  /** Label and value lines between banner and items, such as the facts of one slot. */
  readonly facts: readonly Fact[];
  readonly table: Table | null;
  readonly log: TextLog | null;
  readonly progress: Progress | null;
  readonly items: readonly ViewItem[];
  /** Index into `items`. */
  readonly focus: number;
  /** A dangerous item that is being held: how much of its time is over, 0 to 1. */
  readonly hold: { readonly key: string; readonly fraction: number } | null;
  readonly entry: Entry | null;
  /** What just happened and who did it, such as "Slot b is the default now (serial ttyS0)"; a toast. */
  readonly notice: Message | null;
  /** What happens by itself when nobody acts, such as "Starting slot b in 12 s". */
  readonly countdown: string | null;
  /** Which key does what here; the terminal replaces it with its own. */
  readonly hint: string;
  /** "Holdfast 0.1.0" and the kernel release, for the footer. */
  readonly footer: string;
}
