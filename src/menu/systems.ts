import { findSystem, type KeptSystem, type SystemGroup, titleOf } from "../domain/kept-systems.ts";
import { type Model, nameOf } from "./model.ts";
import { known } from "./readings.ts";
import { text, timeText, triesText } from "./texts.ts";
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
