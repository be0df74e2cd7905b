/** Tries of a boot entry as its file name carries them, with the digits that each number was written in. */
export interface EntryCounter {
  readonly left: number;
  /** Null where the name has no "-DONE". */
  readonly done: number | null;
  readonly leftDigits: number;
  readonly doneDigits: number;
}

/** File name of a boot entry, taken apart: `<stem>+LEFT[-DONE]<suffix>`. */
export interface EntryName {
  readonly stem: string;
  /** ".conf" or ".efi", in the case it was written in. */
  readonly suffix: string;
  /** Null for an entry without a counter, which is one that was confirmed. */
  readonly counter: EntryCounter | null;
  /** Why the state cannot be told from the name, as a phrase; null when it can. */
  readonly problem: string | null;
}

/** Most tries that bootctl and newer systemd-boot read; older ones take more, so more is no certain state. */
const MAX_COUNT = 0x7fffffff;

const NAME = /^(?<stem>.*?)(?:\+(?<left>\d+)(?:-(?<done>\d+))?)?(?<suffix>\.(?:conf|efi))$/is;

/**
 * Takes the name of a file in loader/entries or EFI/Linux apart (Boot Loader Specification, "Boot counting").
 * A "+" that no digits follow belongs to the stem: `a+b.conf`. Null for what systemd-boot never lists: other
 * suffixes, and names that begin with "." or "auto-".
 */
export function parseEntryName(file: string): EntryName | null {
  const groups = NAME.exec(file)?.groups;
  if (groups === undefined || /^(\.|auto-)/i.test(file)) return null;
  const { stem = "", left, done, suffix = "" } = groups;
  if (left === undefined) return { stem, suffix, counter: null, problem: null };
  const counter = {
    left: Number(left),
    done: done === undefined ? null : Number(done),
    leftDigits: left.length,
    doneDigits: done?.length ?? 0,
  };
  const problem = problemOf(stem, counter);
  // With a number that is too large the counter is no part that could be changed: the whole is the stem.
  if (problem !== null) return { stem: file.slice(0, -suffix.length), suffix, counter: null, problem };
  return { stem, suffix, counter, problem: null };
}

function problemOf(stem: string, { left, done }: EntryCounter): string | null {
  if (stem === "") return "there is nothing before its counter";
  // Without the last one, which is what a good mark takes away, the entry would be counted again.
  if (/\+\d+(-\d+)?$/.test(stem)) return "it has two counters";
  if (left <= MAX_COUNT && (done ?? 0) <= MAX_COUNT) return null;
  return `its counter is larger than ${MAX_COUNT}`;
}

/** The file name; gives back what `parseEntryName` took apart. */
export function formatEntryName({ stem, suffix, counter }: EntryName): string {
  if (counter === null) return `${stem}${suffix}`;
  const left = String(counter.left).padStart(counter.leftDigits, "0");
  const done = counter.done === null ? "" : `-${String(counter.done).padStart(counter.doneDigits, "0")}`;
  return `${stem}+${left}${done}${suffix}`;
}

/** What the entry is called while its counter changes; in lower case, because FAT knows no other. */
export function entryId({ stem, suffix }: EntryName): string {
  return `${stem}${suffix}`.toLowerCase();
}

/** The confirmed entry: no counter. */
export function goodName(name: EntryName): EntryName {
  return { ...name, counter: null };
}

/** The entry with no tries left, as `systemd-bless-boot bad` names it; `done` is what a good one had done. */
export function badName(name: EntryName, done: number | null = null): EntryName {
  const counter = name.counter ?? { done, leftDigits: 1, doneDigits: digits(done ?? 0) };
  return { ...name, counter: { ...counter, left: 0 } };
}

/** The entry with fresh tries. Both numbers get the same width, so that counting never changes its length. */
export function withTries(name: EntryName, tries: number): EntryName {
  const width = Math.max(digits(tries), name.counter?.leftDigits ?? 1, name.counter?.doneDigits ?? 1);
  const counted = name.counter ?? { leftDigits: width, doneDigits: width };
  const leftDigits = Math.max(counted.leftDigits, digits(tries));
  const doneDigits = counted.doneDigits === 0 ? leftDigits : counted.doneDigits;
  return { ...name, counter: { left: tries, done: 0, leftDigits, doneDigits } };
}

/**
 * The entry as the loader names it before it starts it: one try less, one more done. Digits stay as many as
 * they were; a number that has no room for one more stays at its largest. Without a counter nothing changes.
 */
export function decrementedName(name: EntryName): EntryName {
  if (name.counter === null) return name;
  const { left, done, leftDigits, doneDigits } = name.counter;
  const room = Math.max(doneDigits, 1);
  const most = Math.min(10 ** room - 1, MAX_COUNT);
  const counter = {
    left: Math.max(left - 1, 0),
    done: Math.min((done ?? 0) + 1, most),
    leftDigits,
    doneDigits: room,
  };
  return { ...name, counter };
}

function digits(value: number): number {
  return String(value).length;
}
