import { join } from "node:path";
import { readImageSuperblock } from "../bytes/image-superblock.ts";
import type { ComparedSystem, Comparison, PackageDifference } from "../domain/comparison.ts";
import { staysOnState } from "../domain/comparison-stays.ts";
import { ExitCode, HoldfastError } from "../domain/errors.ts";
import { isSlotKey, isSystemKey } from "../domain/kept-systems.ts";
import { planBinds } from "../domain/state-binds.ts";
import { lookFolder } from "../linux/look-folder.ts";
import { print } from "../linux/output.ts";
import { compareSystems, readSystem, type SystemFacts } from "../roots/compare.ts";
import { startOf } from "../roots/partition.ts";
import { readStateDirectories } from "../state/binds.ts";
import { type Device, openDevice } from "./device.ts";
import { type GlobalOptions, runDirOf, stateDirOf } from "./options.ts";

/** Prints what differs between two slots; those are the default and the other one where none are named. */
export async function compare(
  options: GlobalOptions,
  slots: readonly string[],
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const comparison = await compareNamed(options, slots);
  print(json ? `${JSON.stringify({ version: 1, ...comparison }, null, 2)}\n` : comparisonText(comparison));
  return ExitCode.done;
}

/** Two slots of the device, or two systems of one family, which are there without any slot too. */
async function compareNamed(options: GlobalOptions, named: readonly string[]): Promise<Comparison> {
  const [first, second] = named;
  if (first !== undefined && second !== undefined && isSystemKey(first) && !isSlotKey(first)) {
    const { compareKept } = await import("./compare-systems.ts");
    return compareKept(options, null, first, second);
  }
  const device = await openDevice(options);
  const slots: string[] = [];
  for (const name of named) slots.push(isSystemKey(name) ? await slotOf(device, name) : name);
  const [left, right] = await twoOf(device, slots);
  return compareSlots(options, device, left, right);
}

async function slotOf(device: Device, key: string): Promise<string> {
  const { slotNamed } = await import("./slot-systems.ts");
  return slotNamed(device, key);
}

async function twoOf(device: Device, named: readonly string[]): Promise<[string, string]> {
  const [left, right] = named;
  if (left !== undefined && right !== undefined) return [left, right];
  const { default: standard } = await device.state();
  const first = left ?? device.booted?.slot ?? standard;
  const others = device.places.map(({ id }) => id).filter((id) => id !== first);
  const [second] = others;
  if (first !== null && second !== undefined && others.length === 1) return [first, second];
  throw new HoldfastError("usage", "It is not clear which slots are meant.", {
    next: `Name two of ${device.places.map(({ id }) => id).join(", ")}.`,
  });
}

/**
 * What differs between two slots of a device, read from their roots, one after the other.
 * @throws HoldfastError `refused` naming the slot that cannot be looked into.
 */
export async function compareSlots(
  options: GlobalOptions,
  device: Device,
  left: string,
  right: string,
): Promise<Comparison> {
  const { inTurn } = await import("../roots/look-turns.ts");
  const [before, after] = await inTurn(async () => [
    await factsOf(options, device, left),
    await factsOf(options, device, right),
  ]);
  const state = stateDirOf(options);
  const bound =
    state === null ? null : planBinds(readStateDirectories(state)).binds.map(({ target }) => target);
  return compareSystems(before, after, staysOnState(bound));
}

async function factsOf(options: GlobalOptions, device: Device, slot: string): Promise<SystemFacts> {
  const { fstype, entryReason } = await device.describe(slot);
  const place = device.places.find(({ id }) => id === slot);
  if (place === undefined || place.device === null || fstype === null) {
    throw new HoldfastError("refused", `${place?.label ?? slot} cannot be looked into. ${entryReason ?? ""}`);
  }
  const { builtAt } = readImageSuperblock(fstype, startOf(place.device));
  const folder = join(lookFolder(runDirOf(options)), "roots", slot);
  const { withTree } = await import("../roots/look.ts");
  const look = { ...place, device: place.device, fstype, folder };
  return withTree(look, (tree) => readSystem(slot, tree, builtAt));
}

/** The comparison as a table and lists for people. */
function comparisonText({ left, right, packages, packagesProblem, stays }: Comparison): string {
  const row = (label: string, value: (system: ComparedSystem) => string | null) =>
    `${label.padEnd(10)}${(value(left) ?? "not known").padEnd(32)}${value(right) ?? "not known"}\n`;
  return [
    row("slot", ({ slot }) => slot),
    row("name", ({ name }) => name),
    row("version", ({ version }) => version),
    row("built", ({ buildDate }) => buildDate),
    row("kernel", ({ kernel }) => kernel),
    row("size", ({ bytes }) => (bytes === null ? null : `${Math.round(bytes / 2 ** 20)} MiB`)),
    packages === null ? `packages  ${packagesProblem}\n` : packagesText(packages),
    ...stays.map((sentence) => `${sentence}\n`),
  ].join("");
}

function packagesText({
  source,
  added,
  removed,
  upgraded,
  downgraded,
  unchanged,
}: PackageDifference): string {
  const counts = `${added.length} added, ${removed.length} removed, ${upgraded.length} upgraded, ${downgraded.length} downgraded, ${unchanged} unchanged`;
  return [
    `packages  ${counts} (${source})`,
    ...added.map(({ name, version }) => `  added       ${name} ${version}`),
    ...removed.map(({ name, version }) => `  removed     ${name} ${version}`),
    ...upgraded.map(({ name, left, right }) => `  upgraded    ${name} ${left} -> ${right}`),
    ...downgraded.map(({ name, left, right }) => `  downgraded  ${name} ${left} -> ${right}`),
    "",
  ].join("\n");
}
