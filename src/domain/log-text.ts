import type { LogLine } from "./log-source.ts";

/** Longer lines are cut: a screen has no use for them, and a megabyte of one would stand in the way. */
const MAX_CHARACTERS = 500;
/** The newest lines count. */
const MAX_LINES = 5000;

// Escape sequences as a whole (ECMA-48: CSI, OSC and the short ones); what is left of them would be noise.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
// What moves a cursor, and what turns the direction of the text around it (Unicode's Bidi_Control).
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line without what a terminal would obey, and not longer than a screen can use. */
export function cleanLine(text: string): string {
  // Cut before the patterns look at it: they see a bounded text whatever comes in.
  const start = text.slice(0, 8 * MAX_CHARACTERS);
  const clean = start.replace(ESCAPES, "").replaceAll("\t", " ").replace(CONTROLS, "").trimEnd();
  const cut = clean.length > MAX_CHARACTERS || text.length > start.length;
  return cut ? `${clean.slice(0, MAX_CHARACTERS).replace(/[\ud800-\udbff]$/, "")}…` : clean;
}

/** The newest lines of a file, whatever bytes are in it; what is no UTF-8 becomes U+FFFD. */
export function linesOf(bytes: Uint8Array): string[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const lines = text.split(/\r\n|[\n\r]/);
  if (lines.at(-1) === "") lines.pop();
  return lines.slice(-MAX_LINES).map(cleanLine);
}

const ERROR = /\b(error|failed|failure|fatal|panic|oops|bug:|corrupt|cannot|could not|segfault)/i;
const WARNING = /\b(warn|warning|deprecated|timeout|timed out|retry|broken)/i;

/** How serious a line is by its words, for logs that do not say it themselves. */
export function toneOf(text: string): LogLine["tone"] {
  if (ERROR.test(text)) return "error";
  return WARNING.test(text) ? "warning" : "plain";
}

/** A line of a log whose words say how serious it is. */
export function lineOf(text: string): LogLine {
  return { text, tone: toneOf(text) };
}

/** Levels of the kernel's messages (syslog(2)): up to 3 is an error, 4 a warning. */
export function toneOfLevel(level: number): LogLine["tone"] {
  if (level <= 3) return "error";
  return level === 4 ? "warning" : "plain";
}

/**
 * One record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg): "LEVEL,SEQUENCE,MICROSECONDS,FLAGS;TEXT", and
 * lines with a blank in front that only programs want. Null for what is none.
 */
export function parseKernelRecord(record: Uint8Array): LogLine | null {
  const [first = ""] = linesOf(record);
  const match = /^(\d{1,10}),\d+,(\d{1,16}),[^;]*;(.*)$/s.exec(first);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const seconds = (Number(match[2]) / 1e6).toFixed(6).padStart(12);
  return { text: `[${seconds}] ${match[3] ?? ""}`, tone: toneOfLevel(Number(match[1]) & 7) };
}

/** A line that pstore kept of the kernel's log: "<LEVEL>[TIME] TEXT". */
export function parseCrashLine(line: string): LogLine {
  const match = /^<(\d{1,3})>(.*)$/s.exec(line);
  if (match?.[1] === undefined) return lineOf(line);
  return { text: match[2] ?? "", tone: toneOfLevel(Number(match[1]) & 7) };
}
