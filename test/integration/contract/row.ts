import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { BootControl, StoreState } from "../../../src/boot-control/boot-control.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import type { Capability, Change, SlotState } from "../../../src/domain/slot.ts";

/** The columns of the table, in reading order. */
export const OPERATIONS = [
  "read",
  "select",
  "once",
  "mark good",
  "mark bad",
  "set tries",
  "last try",
  "round trip",
] as const;
export type Operation = (typeof OPERATIONS)[number];

export const REFUSED = "refused (no capability)";

/** A store of one scheme in a file or disk of its own, made by the real tool. */
export interface Store {
  open(booted: string | null): BootControl | Promise<BootControl>;
  /** What the judge tool prints about a slot in this moment, short; run anew at every call. */
  judge(slot: string): string;
  /** How the judge would say what Holdfast reads of that slot. */
  told(slot: SlotState, state: StoreState): string;
  /** What the judge says about the wish for one start; only where the scheme has one. */
  judgeOnce?(): string;
  /** The tool first brings about a state in which the operation has something to do. */
  prepare?(operation: Operation): void;
  /** Uses up the tries of a slot as its bootloader would; Holdfast itself takes them where this is missing. */
  exhaust?(slot: string): void;
  /** The tool writes what it reads, or makes the same change; answers the two digests to compare. */
  roundTrip(): Promise<readonly [string, string]>;
  close?(): void;
}

/** One scheme: slots a (default) and b, both with tries left as far as the scheme has tries. */
export interface Row {
  readonly scheme: string;
  /** Which of the scheme's conventions, where it has several. */
  readonly style?: string;
  /** The slot that marks are made on, where the scheme counts for one slot only; b when missing. */
  readonly counted?: string;
  make(): Store | Promise<Store>;
  /** What the judge has to say after each operation; left out where the capability is missing. */
  readonly expected: Readonly<Partial<Record<Operation, RegExp>>>;
}

/** The first digits of a file's SHA-256, for people to compare. */
export function digest(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 8);
}

const NEEDS: Readonly<Partial<Record<Operation, Capability>>> = {
  select: "select",
  once: "once",
  "mark good": "markGood",
  "mark bad": "markBad",
  "set tries": "setTries",
};

const CHANGES: Readonly<Partial<Record<Operation, Change>>> = {
  select: { kind: "select", slot: "b", once: false },
  once: { kind: "select", slot: "b", once: true },
  "mark good": { kind: "mark-good", slot: "b" },
  "mark bad": { kind: "mark-bad", slot: "a" },
  "set tries": { kind: "set-tries", slot: "b", tries: 1 },
};

/** Carries out one operation on a new store and answers the judge's words; throws when they are wrong. */
export async function cell(row: Row, operation: Operation): Promise<string> {
  return cellOf(row, await row.make(), operation);
}

/** The same on a store that is given. */
export async function cellOf(row: Row, store: Store, operation: Operation): Promise<string> {
  try {
    const words = await operate(store, operation, row.counted);
    if (words === REFUSED) {
      expect(row.expected[operation], `${row.scheme} ${operation} has an expectation`).toBeUndefined();
      return words;
    }
    const expected = row.expected[operation];
    if (expected === undefined) throw new Error(`${row.scheme} ${operation}: "${words}", refusal expected`);
    expect(words).toMatch(expected);
    return words;
  } finally {
    store.close?.();
  }
}

async function operate(store: Store, operation: Operation, counted: string | undefined): Promise<string> {
  if (operation === "read") return agreed(store, await store.open(null), "a");
  if (operation === "last try") return lastTry(store);
  store.prepare?.(operation);
  if (operation === "round trip") {
    const [ours, theirs] = await store.roundTrip();
    expect(ours, "bytes after the same change").toBe(theirs);
    return `${theirs} = ${ours}`;
  }
  const usual = CHANGES[operation];
  if (usual === undefined) throw new Error(`no change for ${operation}`);
  const change = counted === undefined || usual.kind === "select" ? usual : { ...usual, slot: counted };
  const control = await store.open(null);
  return (await isRefused(control, operation, change)) ? REFUSED : applied(store, control, change);
}

/** Whether the scheme lacks the capability; then the change has to be refused, and the judge sees nothing new. */
async function isRefused(control: BootControl, operation: Operation, change: Change): Promise<boolean> {
  const needed = NEEDS[operation];
  if (needed === undefined || control.capabilities.has(needed)) return false;
  const before = await control.read();
  const error = await control.apply(change).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HoldfastError);
  expect(error).toMatchObject({ kind: "refused", exitCode: 4 });
  expect(await control.read()).toEqual(before);
  return true;
}

async function applied(store: Store, control: BootControl, change: Change): Promise<string> {
  const state = await control.apply(change);
  if (change.kind !== "select") return agreed(store, control, change.slot);
  if (!change.once) {
    expect(state.default).toBe(change.slot);
    return agreed(store, control, change.slot);
  }
  expect(state.once).toBe(change.slot);
  return store.judgeOnce?.() ?? agreed(store, control, change.slot);
}

/** Slot a runs on its last try and is marked good: it has to stay what boots next. */
async function lastTry(store: Store): Promise<string> {
  const before = await store.open("a");
  if (!before.capabilities.has("markGood") || !before.capabilities.has("triesLeft")) return REFUSED;
  if (store.exhaust !== undefined) store.exhaust("a");
  else await takeAll(before, "a");
  const control = await store.open("a");
  expect((await slotOf(control, "a")).health).toBe("trying");
  const state = await control.apply({ kind: "mark-good", slot: "a" });
  expect(state.default).toBe("a");
  return agreed(store, control, "a");
}

async function takeAll(control: BootControl, slot: string): Promise<void> {
  for (let left = (await slotOf(control, slot)).triesLeft ?? 0; left > 0; left--) {
    await control.apply({ kind: "take-try", slot });
  }
}

/** The judge's words, which have to be those that follow from what Holdfast reads. */
async function agreed(store: Store, control: BootControl, id: string): Promise<string> {
  const state = await control.read();
  const words = store.judge(id);
  expect(store.told(await slotOf(control, id), state)).toBe(words);
  return words;
}

async function slotOf(control: BootControl, id: string): Promise<SlotState> {
  const slot = (await control.read()).slots.find((each) => each.id === id);
  if (slot === undefined) throw new Error(`no slot ${id}`);
  return slot;
}
