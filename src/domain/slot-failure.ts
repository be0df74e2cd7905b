/** Why a slot failed, as somebody saw it: a mark, or the kernel's last words, which pstore kept. */
export interface SlotFailure {
  readonly kind: "marked-bad" | "crash";
  /** Such as "kernel panic: Attempted to kill init!"; empty for a mark without a reason. */
  readonly text: string;
  /** The kernel's last lines; none for a mark. */
  readonly lines: readonly string[];
}
/** By slot. */
export type Failures = ReadonlyMap<string, SlotFailure>;

/** Lines of a crash that are kept: enough for what came before it, and little to write. */
const KEPT_LINES = 20;

/** drivers/md/dm-verity-target.c and kernel/panic.c; what the kernel says first is the cause. */
const CAUSES = [
  { says: /device-mapper: verity: (.*block \d+ is corrupted)/, what: "dm-verity" },
  { says: /Kernel panic - not syncing: (.*)/, what: "kernel panic" },
] as const;

/** What the kernel's last lines say about why it stopped; null when they do not. */
export function crashIn(lines: readonly string[]): SlotFailure | null {
  for (const { says, what } of CAUSES) {
    const at = lines.findLastIndex((line) => says.test(line));
    const words = says.exec(lines[at] ?? "")?.[1]?.trim();
    if (words === undefined) continue;
    return {
      kind: "crash",
      text: `${what}: ${words}`,
      lines: lines.slice(Math.max(0, at + 1 - KEPT_LINES), at + 1),
    };
  }
  return null;
}

/** The failure in brackets behind the sentence's half that it explains; nothing where nobody saw one. */
export function inBrackets(failure: SlotFailure | undefined): string {
  return failure === undefined || failure.text === "" ? "" : ` (${failure.text})`;
}
