import type { SchemeName } from "../domain/scheme.ts";
import type { Finding } from "./scheme.ts";

/** What discovery concluded. */
export interface Discovery {
  /** The finding to open; null when nothing was found. */
  readonly chosen: Finding | null;
  /** Everything that was seen, best first. */
  readonly findings: readonly Finding[];
  /** Why nothing may be written, as a question that a person can answer; null when all is clear. */
  readonly question: string | null;
}

const ORDER = { certain: 0, strong: 1, weak: 2 } as const;

/**
 * Chooses among findings, in the table's order. The bootloader's own word in this boot goes before a store
 * that merely lies there; two of equal rank are a question to a person, and so is a weak one alone.
 */
export function decideScheme(all: readonly Finding[]): Discovery {
  const covered = new Set<SchemeName>(all.flatMap((finding) => finding.covers));
  // Holdfast's own file is what remains where nothing speaks for a bootloader's store.
  if (all.some((finding) => finding.scheme !== "counter-file")) covered.add("counter-file");
  const findings = all
    .filter((finding) => !covered.has(finding.scheme))
    .toSorted((a, b) => ORDER[a.confidence] - ORDER[b.confidence]);
  const [chosen = null] = findings;
  const rivals = findings.filter((finding) => finding.confidence === chosen?.confidence);
  return { chosen, findings, question: questionOf(rivals) };
}

function questionOf(rivals: readonly Finding[]): string | null {
  const [first, second] = rivals;
  if (first === undefined) return null;
  const names = [...new Set(rivals.map((finding) => finding.scheme))];
  if (names.length > 1) {
    const seen = rivals.map((finding) => `${finding.scheme} (${finding.found})`).join(" or ");
    return `Which keeps the slot state: ${seen}? Say so in the configuration, as [boot] scheme.`;
  }
  if (second !== undefined) {
    const disks = rivals.map((finding) => finding.disk ?? finding.found).join(" or ");
    return `Which disk carries the slots: ${disks}? Say so in the configuration, as [boot] disk.`;
  }
  if (first.question != null) return first.question;
  if (first.confidence !== "weak") return null;
  return `Is the slot state kept as ${first.scheme} (${first.found})? Say so in the configuration, as [boot] scheme.`;
}
