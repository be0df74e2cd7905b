import { parseCommandLine } from "../domain/command-line.ts";
import type { Booted } from "../domain/status.ts";

/** A slot and what RAUC's `bootname` key and the bootloader's variables call it, such as "A". */
export interface NamedSlot {
  readonly id: string;
  readonly bootname: string;
}

/** Slots with the bootnames of the configuration; an id without one is its own bootname, in capitals. */
export function namedSlots(ids: readonly string[], bootnames: Readonly<Record<string, string>>): NamedSlot[] {
  return ids.map((id) => ({ id, bootname: bootnames[id] ?? id.toUpperCase() }));
}

/** Names of an order variable, the one that boots first in front; "A B" and "A  B" are the same. */
export function splitOrder(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter(Boolean);
}

/** The order to go by: where none is set, the table's, so that a change to one slot shuts out no other. */
export function orderOrTable(text: string | undefined, slots: readonly NamedSlot[]): readonly string[] {
  const order = splitOrder(text);
  return order.length > 0 ? order : slots.map((slot) => slot.bootname);
}

/** A slot's place in the order as a priority, the first the highest; 0 for one that it does not name. */
export function priorityIn(order: readonly string[], { bootname }: NamedSlot): number {
  return order.includes(bootname) ? order.length - order.indexOf(bootname) : 0;
}

/** The order with one name in front and the others behind it, as RAUC writes it for a new primary slot. */
export function withFirst(order: readonly string[], name: string): string[] {
  return [name, ...order.filter((each) => each !== name)];
}

/** The order with a name that it may lack: behind the others, so that alone it does not become the default. */
export function withName(order: readonly string[], name: string): readonly string[] {
  return order.includes(name) ? order : [...order, name];
}

/**
 * The order without a name. The last name stays: boot scripts take an empty order for one that was never
 * set, and bootmeth_rauc resets for ever on it.
 */
export function withoutName(order: readonly string[], name: string): readonly string[] {
  const rest = order.filter((each) => each !== name);
  return rest.length === 0 ? order : rest;
}

/** Sentences about names in the order that are no slot here and could start before ours. */
export function foreignNames(
  variable: string,
  order: readonly string[],
  slots: readonly NamedSlot[],
): string[] {
  const foreign = order.filter((name) => !slots.some(({ bootname }) => bootname === name));
  return foreign.map((name) => `${variable} names "${name}", which is the bootname of no slot here`);
}

/**
 * The slot that runs, from rauc.slot= on the kernel command line, which RAUC's boot scripts set to the
 * bootname, older ones to RAUC's name such as "rootfs.0"; null when it is not there or names no slot.
 */
export function bootedByRauc(
  commandLine: string,
  slots: readonly (NamedSlot & { readonly name?: string })[],
): Booted | null {
  const word = parseCommandLine(commandLine).get("rauc.slot");
  if (word === undefined || word === "") return null;
  const slot = slots.find(({ bootname }) => bootname === word) ?? slots.find(({ name }) => name === word);
  return slot === undefined ? null : { slot: slot.id, certain: true };
}
