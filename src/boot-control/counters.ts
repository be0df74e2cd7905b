import { prioritize, putLast } from "../bytes/chromeos-attributes.ts";
import type { Change, Health, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";

/** Counters of one slot where Holdfast itself keeps them. Priority 0 is a slot that was marked bad. */
export interface SlotCounters {
  readonly priority: number;
  readonly triesLeft: number;
  readonly triesDone: number;
  readonly successful: boolean;
}

/** Everything that a store of ours holds. */
export interface CounterTable {
  readonly once: string | null;
  readonly slots: Readonly<Record<string, SlotCounters>>;
}

/** Capabilities of every store that holds a CounterTable. */
export const COUNTER_CAPABILITIES = [
  "triesLeft",
  "triesDone",
  "select",
  "once",
  "markGood",
  "markBad",
  "setTries",
] as const;

/** Counters of slots that nothing was written about yet: fresh tries, preferred in table order. */
export function freshTable(ids: readonly string[], freshTries: number): CounterTable {
  const fresh = { triesLeft: freshTries, triesDone: 0, successful: false };
  return {
    once: null,
    slots: Object.fromEntries(ids.map((id, i) => [id, { priority: ids.length - i, ...fresh }])),
  };
}

/** The table after a change; pure, and the same counters where nothing changes. */
export function applyChange(table: CounterTable, change: Change, freshTries: number): CounterTable {
  const slot = table.slots[change.slot];
  if (slot === undefined) throw new RangeError(`there is no slot ${change.slot}`);
  switch (change.kind) {
    case "take-try":
      return put(forget(table, change.slot), change.slot, takeTry(slot));
    case "mark-bad":
      return put(forget(table, change.slot), change.slot, { priority: 0, triesLeft: 0, successful: false });
    case "mark-good":
      return awake(put(table, change.slot, { triesLeft: 0, triesDone: 0, successful: true }), change.slot);
    case "set-tries": {
      const counted = { triesLeft: change.tries, triesDone: 0, successful: false };
      return awake(put(table, change.slot, counted), change.slot);
    }
    case "select":
      return select(table, change.slot, change.once, freshTries);
  }
}

/** What a person or a bootloader is told of the table. `booted` runs now, maybe on its last try. */
export function storeState(
  ids: readonly string[],
  table: CounterTable,
  booted: string | null,
  problems: readonly string[] = [],
): StoreState {
  const slots = ids.flatMap((id) => {
    const counters = table.slots[id];
    return counters === undefined ? [] : [slotState(id, counters, id === booted)];
  });
  const able = slots.filter(({ id }) => canBoot(table.slots[id]));
  const best = able.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0))[0];
  return { slots, default: best?.id ?? null, once: table.once, problems };
}

/** A slot that can boot keeps its tries; another one gets what the choice needs to come true. */
function select(table: CounterTable, id: string, once: boolean, freshTries: number): CounterTable {
  const usable = canBoot(table.slots[id]);
  const tries = { triesLeft: once ? 1 : freshTries, triesDone: 0, successful: false };
  const chosen = usable ? table : put(table, id, tries);
  return once ? { ...awake(chosen, id), once: id } : { ...reorder(chosen, id, prioritize), once: null };
}

function takeTry(slot: SlotCounters): Partial<SlotCounters> {
  if (slot.successful) return {};
  return { triesLeft: Math.max(slot.triesLeft - 1, 0), triesDone: slot.triesDone + 1 };
}

/** A slot that was marked bad takes part again, behind the others: that alone does not make it the default. */
function awake(table: CounterTable, id: string): CounterTable {
  return (table.slots[id]?.priority ?? 0) > 0 ? table : reorder(table, id, putLast);
}

function reorder(
  table: CounterTable,
  id: string,
  order: (priorities: readonly number[], index: number) => number[],
): CounterTable {
  const slots = Object.entries(table.slots);
  const index = slots.findIndex(([each]) => each === id);
  const priorities = order(
    slots.map(([, slot]) => slot.priority),
    index,
  );
  const renumbered = slots.map(([each, slot], i) => {
    return [each, { ...slot, priority: priorities[i] ?? slot.priority }] as const;
  });
  return { ...table, slots: Object.fromEntries(renumbered) };
}

function put(table: CounterTable, id: string, values: Partial<SlotCounters>): CounterTable {
  const slot = { ...(table.slots[id] as SlotCounters), ...values };
  return { ...table, slots: { ...table.slots, [id]: slot } };
}

function forget(table: CounterTable, id: string): CounterTable {
  return table.once === id ? { ...table, once: null } : table;
}

function canBoot(slot: SlotCounters | undefined): boolean {
  return slot !== undefined && slot.priority > 0 && (slot.successful || slot.triesLeft > 0);
}

function slotState(id: string, counters: SlotCounters, booted: boolean): SlotState {
  return { id, health: healthOf(counters, booted), ...counters };
}

function healthOf(counters: SlotCounters, booted: boolean): Health {
  if (canBoot(counters)) return counters.successful ? "good" : "trying";
  return booted && counters.priority > 0 ? "trying" : "bad";
}
