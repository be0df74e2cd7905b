import { HoldfastError } from "../domain/errors.ts";
import type { Capability, Change, Counting, Health, SlotState } from "../domain/slot.ts";
import type { EfiVariables } from "../linux/efivars.ts";
import { renameDurably } from "../linux/entry-files.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { type BootEntry, readEntries } from "./boot-entries.ts";
import type { BootFoldersOpener } from "./boot-folders.ts";
import { chosen, isAsStarted, wished } from "./loader-choice.ts";
import { type LoaderFacts, LoaderFeature, readLoaderFacts, writeWish } from "./loader-facts.ts";
import { checkChange } from "./refusal.ts";
import { type LoaderState, type LoaderStep, planChange } from "./systemd-boot-change.ts";

/** A slot and the entry that starts it, by id: file name without the counter, in lower case. */
export interface SystemdBootSlot {
  readonly id: string;
  /** Null when no entry is known for it. */
  readonly entry: string | null;
  /** Why `entry` is null, as a sentence. */
  readonly problem: string | null;
}

export interface SystemdBootOptions {
  readonly slots: readonly SystemdBootSlot[];
  readonly counting: Counting;
  readonly freshTries: number;
  /** Slot that runs now: on its last try its name says +0, and yet it is no failed slot. */
  readonly booted: string | null;
}

const ALWAYS: readonly Capability[] = ["triesLeft", "triesDone", "markGood", "markBad", "setTries"];

/**
 * Slot state in the names of boot entries, as systemd-boot and systemd-bless-boot keep it; which one is the
 * default and which one starts once are EFI variables, and cannot be written where there are none. There is
 * no stored priority: the one that is shown is the place in the loader's own order.
 */
export class SystemdBoot implements BootControl {
  readonly scheme = "systemd-boot";
  readonly counting: Counting;
  readonly capabilities: ReadonlySet<Capability>;
  readonly freshTries: number;
  readonly #open: BootFoldersOpener;
  readonly #variables: EfiVariables;
  readonly #slots: readonly SystemdBootSlot[];
  #booted: string | null;

  constructor(open: BootFoldersOpener, variables: EfiVariables, options: SystemdBootOptions) {
    this.counting = options.counting;
    this.freshTries = options.freshTries;
    this.capabilities = new Set([...ALWAYS, ...wishCapabilities(readLoaderFacts(variables))]);
    this.#open = open;
    this.#variables = variables;
    this.#slots = options.slots;
    this.#booted = options.booted;
  }

  async read(): Promise<StoreState> {
    return this.#stateOf(await this.#load());
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(this, change, this.#slots);
    const before = await this.#load();
    const steps = planChange(before, this.#entryOf(change.slot, before), change, this);
    if (steps.length > 0) await this.#run(steps);
    // Marked bad by somebody: +0 now means what it says, no last try any more.
    if (change.kind === "mark-bad" && change.slot === this.#booted) this.#booted = null;
    const state = this.#stateOf(await this.#load());
    if (change.kind === "select") checkSelected(state, change.slot, change.once);
    return state;
  }

  async #load(): Promise<LoaderState> {
    const folders = await this.#open("read");
    try {
      return { list: readEntries(folders.roots), facts: readLoaderFacts(this.#variables) };
    } finally {
      await folders.close();
    }
  }

  async #run(steps: readonly LoaderStep[]): Promise<void> {
    const folders = await this.#open("write");
    try {
      for (const step of steps) {
        if (step.kind === "rename") renameDurably(step.folder, step.from, step.to);
        else if (step.kind === "set") writeWish(this.#variables, step.name, step.value);
        else this.#variables.remove(step.name);
      }
    } finally {
      await folders.close();
    }
  }

  #entryOf(id: string, { list }: LoaderState): BootEntry {
    const slot = this.#slots.find((each) => each.id === id);
    const entry = list.entries.find((each) => each.id === slot?.entry);
    if (entry !== undefined) return entry;
    throw new HoldfastError("noDevice", slot?.problem ?? missing(id, slot?.entry ?? null));
  }

  #stateOf({ list, facts }: LoaderState): StoreState {
    const first = chosen(list, facts);
    const order = [...new Set([first, ...list.entries].flatMap((entry) => entry?.id ?? []))];
    const found = this.#slots.map((slot) => list.entries.find((entry) => entry.id === slot.entry) ?? null);
    const slotOf = (entry: BootEntry | null) =>
      this.#slots.find((slot) => slot.entry === entry?.id)?.id ?? null;
    const slots = this.#slots.map(({ id }, index) => {
      const entry = found[index] ?? null;
      const onLastTry = id === this.#booted && entry !== null && isAsStarted(entry, facts);
      return stateOf(id, entry, { onLastTry, rank: order.length - order.indexOf(entry?.id ?? "") });
    });
    return {
      slots,
      default: slotOf(first),
      once: slotOf(wished("LoaderEntryOneShot", list, facts)),
      problems: [
        ...facts.problems,
        ...list.problems,
        ...this.#missing(found),
        ...doubts(first, slotOf(first), facts),
      ],
    };
  }

  #missing(found: readonly (BootEntry | null)[]): string[] {
    const lost = this.#slots.filter((_, index) => found[index] === null);
    return lost.map((slot) => slot.problem ?? missing(slot.id, slot.entry));
  }
}

function wishCapabilities({ available, features }: LoaderFacts): Capability[] {
  if (!available) return [];
  const has = (bit: bigint) => (features & bit) !== 0n;
  return [
    ...(has(LoaderFeature.default) ? (["select"] as const) : []),
    ...(has(LoaderFeature.oneShot) ? (["once"] as const) : []),
  ];
}

interface Place {
  readonly onLastTry: boolean;
  /** Higher starts first. */
  readonly rank: number;
}

function stateOf(id: string, entry: BootEntry | null, { onLastTry, rank }: Place): SlotState {
  if (entry === null || entry.problem !== null) {
    const health = entry === null ? "empty" : "unknown";
    return { id, health, priority: null, triesLeft: null, triesDone: null, successful: null };
  }
  const { counter } = entry.name;
  return {
    id,
    health: healthOf(counter?.left ?? null, onLastTry),
    priority: rank,
    triesLeft: counter?.left ?? 0,
    triesDone: counter?.done ?? 0,
    successful: counter === null,
  };
}

function healthOf(left: number | null, onLastTry: boolean): Health {
  if (left === null) return "good";
  return left > 0 || onLastTry ? "trying" : "bad";
}

/** What a person should know about the entry that starts next. */
function doubts(first: BootEntry | null, slot: string | null, facts: LoaderFacts): string[] {
  if (first === null) return ["there is no boot entry that systemd-boot could start"];
  const none = slot === null ? [`${first.file} is no slot of the configuration, but it starts first`] : [];
  const { counter } = first.name;
  const pinned = facts.wishes.LoaderEntryDefault !== null && counter !== null;
  if (counter?.left === 0)
    return [...none, `${first.file} has no tries left, but systemd-boot starts it all the same`];
  if (!pinned) return none;
  return [...none, `LoaderEntryDefault names ${first.file}: it is started even when its tries are used up`];
}

function checkSelected(state: StoreState, slot: string, once: boolean): void {
  const next = once ? state.once : state.default;
  if (next === slot) return;
  const found = next === null ? "another entry" : `slot ${next}`;
  throw new HoldfastError("notReadBack", `slot ${slot} was selected, but ${found} starts next`, {
    next: "look at the lines default and preferred in loader.conf",
  });
}

function missing(id: string, entry: string | null): string {
  return entry === null
    ? `slot ${id}: no boot entry is known for it`
    : `slot ${id}: there is no boot entry ${entry}`;
}
