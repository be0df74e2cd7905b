import { plainStart } from "../../domain/kept-systems.ts";
import { toneOf } from "../card.ts";
import { BACK, type Item, itemOf, itemsOf, type Screen } from "../item.ts";
import type { Model } from "../model.ts";
import type { MenuOutcome } from "../outcome.ts";
import { known } from "../readings.ts";
import { diskHeadings, groupName, groupOf, groupsOf, nameIn, systemCard } from "../systems.ts";
import { plural, text } from "../texts.ts";

/** One item for each family and file system, for the first screen, disk by disk. */
export function groupItems(model: Model): Item[] {
  const groups = groupsOf(model);
  const headings = diskHeadings(model, groups);
  return groups.map((group) => {
    const heading = headings.get(group.key);
    const item = itemOf(
      {
        key: `systems:${group.key}`,
        label: () => groupName(group),
        detail: () => plural("systems.count", group.systems.length),
        action: () => ({ kind: "open", place: { screen: "systems", slot: group.key } }),
      },
      null,
    );
    return heading === undefined ? item : { ...item, heading };
  });
}

/** Sentences about disks that could not be looked into. */
export function closedDisks(model: Model): readonly string[] {
  return known(model, { service: "systems" })?.problems ?? [];
}

/** How a device without slots goes on: by the one system that is its default; null where that is not certain. */
export function plainSystem(
  model: Model,
): { readonly name: string; readonly outcome: MenuOutcome & { kind: "enter-system" } } | null {
  if (model.status.slots.length > 0) return null;
  const system = plainStart({ groups: groupsOf(model), problems: [] });
  if (system === null) return null;
  const name = nameIn(model, system.key);
  return { name, outcome: { kind: "enter-system", system: system.key, title: name } };
}

/** The systems of one family on one file system. */
export const systems: Screen = {
  id: "systems",
  title: (model, { slot }) => {
    const group = groupOf(model, slot);
    return group === undefined ? text("systems.title") : groupName(group);
  },
  items: (model, { slot }) => [
    ...(groupOf(model, slot)?.systems ?? []).map((system) =>
      itemOf(
        {
          key: `system:${system.key}`,
          label: () => nameIn(model, system.key),
          tone: () => toneOf(system.health.state),
          action: () => ({ kind: "open", place: { screen: "system", slot: system.key } }),
        },
        null,
        systemCard(system),
      ),
    ),
    ...itemsOf([BACK], null),
  ],
  firstFocus: (items) => items[0]?.key ?? null,
};
