import type { Health } from "../domain/slot.ts";
import type { SlotCard, Tone } from "../menu/view.ts";

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

/** Text from disks and configurations with every control character made visible: it must never steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}

/** Text for terminals of which nothing is known: accents fall away, what is not ASCII becomes "?". */
export function ascii(text: string): string {
  const plain = text
    .replaceAll("·", "-")
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "");
  return printable(plain).replace(/[^\x20-\x7e]/gu, "?");
}

/** A message behind the shape of its tone: "[!] Slot A did not start." */
export function toned(message: { tone: Tone; text: string }): string {
  return printable(TONES[message.tone] + message.text);
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
