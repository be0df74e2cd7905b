import type { Model, Place } from "../model.ts";

/** The comparison of a slot, or of the default, with the next other one; null where there is none to make. */
export function comparePlace({ status, offered }: Model, slot: string | null): Omit<Place, "focus"> | null {
  if (!offered.has("compare")) return null;
  const filled = status.slots.filter(({ health }) => health !== "empty");
  const left = filled.find(({ id }) => id === (slot ?? status.default)) ?? filled[0];
  const right = filled.find(({ id }) => id !== left?.id);
  if (left === undefined || right === undefined) return null;
  return { screen: "compare", slot: left.id, other: right.id };
}
