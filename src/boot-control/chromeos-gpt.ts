import {
  type ChromeosAttributes,
  canBoot,
  hasCounters,
  nextBoot,
  readAttributes,
  writeAttributes,
} from "../bytes/chromeos-attributes.ts";
import type { GptEntry } from "../bytes/gpt-entries.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Change, Counting, Health, SlotState } from "../domain/slot.ts";
import { type DiskOpener, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { changed } from "./chromeos-change.ts";
import { updateGpt } from "./gpt-store.ts";
import { checkChange, TRIES_AND_DEFAULT } from "./refusal.ts";

/** A slot and the partition whose entry carries its counters, by unique GUID. */
export interface ChromeosSlot {
  readonly id: string;
  /** Lower case; null when the partition is not on the disk. */
  readonly guid: string | null;
  /** Why `guid` is null, as a sentence. */
  readonly problem: string | null;
}

export interface ChromeosOptions {
  readonly slots: readonly ChromeosSlot[];
  readonly counting: Counting;
  readonly freshTries: number;
  /** Slot that runs now: on its last try the store reads 0/0 for it, and yet it is no failed slot. */
  readonly booted: string | null;
}

/**
 * Slot state in the attributes of ChromeOS kernel partitions, as vboot and cgpt keep it. A slot that is
 * selected but could not boot gets fresh tries, or the choice would change nothing. A good mark restores
 * the priority that vboot took with the last try: on the running slot as the highest, which it had when it
 * was started; on another slot as the lowest, so that the mark alone does not change what boots next.
 */
export class ChromeosGpt implements BootControl {
  readonly scheme = "chromeos-gpt";
  readonly counting: Counting;
  readonly capabilities = TRIES_AND_DEFAULT;
  readonly freshTries: number;
  readonly #opener: DiskOpener;
  readonly #slots: readonly ChromeosSlot[];
  #booted: string | null;

  constructor(opener: DiskOpener, options: ChromeosOptions) {
    this.counting = options.counting;
    this.freshTries = options.freshTries;
    this.#opener = opener;
    this.#slots = options.slots;
    this.#booted = options.booted;
  }

  async read(): Promise<StoreState> {
    return this.#stateOf(await withDisk(this.#opener, "read", readGptTable));
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(this, change, this.#slots);
    const table = await updateGpt(this.#opener, (array, before) => this.#edit(array, before, change));
    // Marked bad by somebody: 0/0 now means what it says, no last try any more.
    if (change.kind === "mark-bad" && change.slot === this.#booted) this.#booted = null;
    return this.#stateOf(table);
  }

  #edit(array: Buffer, table: GptTable, change: Change): void {
    const target = this.#entryOf(change.slot, table);
    const entries = this.#ranked(table);
    const counters = entries.map((entry) => readAttributes(array, entry.number));
    const context = { freshTries: this.freshTries, isBooted: change.slot === this.#booted };
    changed(counters, entries.indexOf(target), change, context).forEach((attributes, index) => {
      const entry = entries[index];
      if (entry !== undefined) writeAttributes(array, entry.number, attributes);
    });
  }

  #entryOf(id: string, table: GptTable): GptEntry {
    const slot = this.#slots.find((each) => each.id === id);
    const entry = table.truth.entries.find((each) => each.guid === slot?.guid);
    if (entry !== undefined) return entry;
    throw new HoldfastError("noDevice", slot?.problem ?? missing(id, slot?.guid ?? null, table));
  }

  /** Everything that takes part in the order: all kernels, and our slots whatever their type. */
  #ranked(table: GptTable): GptEntry[] {
    const ours = new Set(this.#slots.map((slot) => slot.guid));
    return table.truth.entries.filter((entry) => hasCounters(entry.type) || ours.has(entry.guid));
  }

  #stateOf(table: GptTable): StoreState {
    const found = this.#slots.map(({ guid }) => table.truth.entries.find((entry) => entry.guid === guid));
    const counters = found.map((entry) =>
      entry === undefined ? null : readAttributes(table.truth.array, entry.number),
    );
    const next = nextBoot(counters.map((each) => each ?? { priority: 0, tries: 0, successful: false }));
    return {
      slots: this.#slots.map(({ id }, index) => stateOf(id, counters[index] ?? null, id === this.#booted)),
      default: next === null ? null : (this.#slots[next]?.id ?? null),
      once: null,
      problems: [...table.problems, ...this.#missing(found, table), ...outranked(table, found, next)],
    };
  }

  #missing(found: readonly (GptEntry | undefined)[], table: GptTable): string[] {
    const lost = this.#slots.filter((_, index) => found[index] === undefined);
    return lost.map((slot) => slot.problem ?? missing(slot.id, slot.guid, table));
  }
}

function stateOf(id: string, counters: ChromeosAttributes | null, booted: boolean): SlotState {
  if (counters === null) {
    return { id, health: "unknown", priority: null, triesLeft: null, triesDone: null, successful: null };
  }
  const { priority, tries, successful } = counters;
  return { id, health: healthOf(counters, booted), priority, triesLeft: tries, triesDone: null, successful };
}

function healthOf(counters: ChromeosAttributes, booted: boolean): Health {
  if (canBoot(counters)) return counters.successful ? "good" : "trying";
  const onLastTry = booted && !counters.successful && counters.tries === 0;
  return onLastTry ? "trying" : "bad";
}

/** A kernel outside of the slot table that vboot would start before ours. */
function outranked(table: GptTable, found: readonly (GptEntry | undefined)[], next: number | null): string[] {
  const kernels = table.truth.entries.filter(({ type }) => hasCounters(type));
  const first = nextBoot(kernels.map((entry) => readAttributes(table.truth.array, entry.number)));
  const winner = first === null ? undefined : kernels[first];
  if (winner === undefined || found.includes(winner)) return [];
  const ours = next === null ? undefined : found[next];
  if (ours !== undefined && !hasCounters(ours.type)) return [];
  const name = `partition ${winner.number} ("${winner.name}")`;
  return [`${table.geometry.name}: ${name} is no slot of the configuration, but firmware starts it first`];
}

function missing(id: string, guid: string | null, table: GptTable): string {
  return `slot ${id}: no partition of ${table.geometry.name} has the PARTUUID ${guid}`;
}
