import type { Health } from "../domain/slot.ts";
import type { SlotCard, Tone, ViewItem } from "../menu/view.ts";

/** Health in ASCII shapes, so that it is told without colour and on any character set. */
const HEALTH: Readonly<Record<Health, string>> = {
  good: "[+]",
  trying: "[~]",
  bad: "[x]",
  empty: "[ ]",
  unknown: "[?]",
};

const TONES: Readonly<Record<Tone, string>> = {
  neutral: "",
  good: "[+] ",
  info: "[i] ",
  warning: "[!] ",
  danger: "[x] ",
};

/**
 * Text from disks and configurations with every control character made visible, and without marks that turn
 * the direction of what follows: it must never steer a terminal.
 */
export function printable(text: string): string {
  return text
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}

/** German letters as they are written where there are no dots. */
const SPELLED: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  Ä: "Ae",
  Ö: "Oe",
  Ü: "Ue",
  ß: "ss",
  "•": "*",
  "°": "",
};

/** Text for terminals of which nothing is known: accents fall away, what is not ASCII becomes "?". */
export function ascii(text: string): string {
  const plain = text
    .replaceAll("·", "-")
    .replace(/[äöüÄÖÜß•°]/g, (letter) => SPELLED[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "");
  return printable(plain).replace(/[^\x20-\x7e]/gu, "?");
}

/** A message behind the shape of its tone: "[!] Slot A did not start." */
export function toned(message: { tone: Tone; text: string }): string {
  return printable(TONES[message.tone] + message.text);
}

const CONTROL_MARKS = { toggle: ["[ ] ", "[x] "], radio: ["( ) ", "(o) "] } as const;

/** The label of an item with what it is set to: "[x] Shell", "Rotation: 90"; "Erase ..." asks for a word first. */
export function labelOf({ label, control, hold }: ViewItem): string {
  if (control === null) return hold ? `${label} ...` : label;
  if (control.kind === "choice") return `${label}: ${control.value}`;
  return CONTROL_MARKS[control.kind][control.on ? 1 : 0] + label;
}

/** "[#####.....]", `width` columns wide. */
export function bar(fraction: number, width: number): string {
  const cells = Math.max(1, width - 2);
  const full = Math.min(cells, Math.max(0, Math.round(fraction * cells)));
  return `[${"#".repeat(full)}${".".repeat(cells - full)}]`;
}

/** "[+] Good" */
export function healthOf(card: SlotCard): string {
  return `${HEALTH[card.health]} ${card.healthWord}`;
}

/** What a card says besides name and health, in the order of how much it matters. */
export function restOf(card: SlotCard): string[] {
  const rest = [card.tries, ...card.marks, card.version];
  return rest.filter((part) => part !== null).map(printable);
}

/** Lines of at most `width` characters, broken between words where there is a gap. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((word) => chunks(word, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function chunks(word: string, width: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at === 0 || at < word.length; at += width) parts.push(word.slice(at, at + width));
  return parts;
}

/** At most `width` characters; a cut is shown. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return `${text.slice(0, Math.max(0, width - 3))}...`.slice(0, width);
}
