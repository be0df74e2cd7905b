import {
  findSystem,
  type GroupDisk,
  type KeptSystem,
  type SystemGroup,
  titleOf,
} from "../domain/kept-systems.ts";
import { type Model, nameOf } from "./model.ts";
import { known } from "./readings.ts";
import { sizeText, text, timeText, triesText } from "./texts.ts";
import type { SlotCard } from "./view.ts";

/** The systems of other families, as far as they were read. */
export function groupsOf(model: Model): readonly SystemGroup[] {
  return known(model, { service: "systems" })?.groups ?? [];
}

export function groupOf(model: Model, key: string | null): SystemGroup | undefined {
  return groupsOf(model).find((group) => group.key === key);
}

/** The group that a system belongs to. */
export function groupAround(model: Model, system: string | null): SystemGroup | undefined {
  return groupsOf(model).find(({ systems }) => systems.some(({ key }) => key === system));
}

export function systemAt(model: Model, key: string | null): KeptSystem | undefined {
  const found = known(model, { service: "systems" });
  return found === null || key === null ? undefined : findSystem(found, key);
}

/** The name of a slot or of a system as a person knows it; what it is called by when it is not there. */
export function nameIn(model: Model, key: string): string {
  const system = systemAt(model, key);
  return system === undefined ? nameOf(model.status, key) : shortName(system);
}

/** Title and version, where the title does not tell the version. */
function shortName(system: KeptSystem): string {
  const title = titleOf(system);
  const { version } = system;
  return version === null || title.includes(version) ? title : `${title} ${version}`;
}

/** The name of a family with where it lies, such as "OSTree on vda2". */
export function groupName({ kind, device }: SystemGroup): string {
  return text("systems.group", { family: text(`family.${kind}`), device: device.replace(/^\/dev\//, "") });
}

/**
 * The disk of each group that is the first of another disk, by key; none where one disk has all, the slots too: then
 * nobody has to be told.
 */
export function diskHeadings(
  { status: { slots } }: Model,
  groups: readonly SystemGroup[],
): Map<string, string> {
  const disks = new Map(
    groups.flatMap(({ key, disk }) => (disk === undefined ? [] : [[key, disk] as const])),
  );
  const nodes = new Set([...disks.values()].map(({ node }) => node));
  const slotsElsewhere = slots.length > 0 && ![...disks.values()].some(({ hasSlots }) => hasSlots);
  if (nodes.size + (slotsElsewhere ? 1 : 0) < 2) return new Map();
  const headings = new Map<string, string>();
  for (const [key, disk] of disks) {
    if (!nodes.delete(disk.node)) continue;
    headings.set(key, diskName(disk));
  }
  return headings;
}

/** Such as "Samsung SSD 980 (nvme0n1, 500 GB)". */
function diskName({ node, model, bytes }: GroupDisk): string {
  const values = { node: node.replace(/^\/dev\//, ""), size: sizeText(bytes) };
  return model === null ? text("systems.disk", values) : text("systems.disk.model", { ...values, model });
}

/** What is worth a mark on a system's card. */
export function systemMarks({ flags }: KeptSystem): string[] {
  const marks = [
    flags.default === true ? text("mark.default") : null,
    flags.lastRun === true ? text("mark.ran-last") : null,
    flags.pinned === true ? text("mark.pinned") : null,
    flags.staged ? text("mark.staged") : null,
    flags.incomplete ? text("mark.incomplete") : null,
  ];
  return marks.filter((mark) => mark !== null);
}

/** The card of one system: its name, its date, and how it would be entered, before it is chosen. */
export function systemCard(system: KeptSystem): SlotCard {
  const { key, date, health, once } = system;
  const details = [date === null ? null : timeText(date), text(`system.entry.${once.entry ?? "none"}`)];
  return {
    id: key,
    name: shortName(system),
    version: details.filter((detail) => detail !== null).join(" · "),
    health: health.state,
    healthWord: text(health.state === "unknown" ? "system.health.unknown" : `health.${health.state}`),
    tries: health.triesLeft === null ? null : triesText(health.triesLeft),
    marks: systemMarks(system),
  };
}
