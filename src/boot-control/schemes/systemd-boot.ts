import { join } from "node:path";
import { plainLabel } from "../../domain/boot-reason.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { RUN_DIR } from "../../domain/plan.ts";
import { type Partition, resolvePartition, type SysfsOptions } from "../../linux/block.ts";
import type { BootEntry } from "../boot-entries.ts";
import { type DiskEvidence, type Evidence, entriesOf } from "../evidence.ts";
import { located, outsideOfDisk, type PlacedSlot } from "../places.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
import type { SystemdBootSlot } from "../systemd-boot.ts";
import type { EntrySlot } from "../systemd-boot-open.ts";

/** Names of boot entries and the loader's EFI variables; LoaderEntrySelected is its word. */
export const systemdBootScheme: Scheme = {
  name: "systemd-boot",
  zeroNeverBoots: false,
  needsDisk: false,
  findsSlots: true,
  detect,
  discover: () => [],
  fits: () => true,
  open,
};

/** Extended Boot Loader Partition (UAPI.1 Boot Loader Specification). */
const XBOOTLDR_TYPE = "bc13c2ff-59e6-4262-a352-b275fd6f7172";

function detect({ loader, disks }: Evidence): Finding[] {
  if (loader === null || !loader.info?.startsWith("systemd-boot")) return [];
  const { espPartuuid, info, selected } = loader;
  const disk = disks.find((each) => entriesOf(each).some((entry) => entry.guid === espPartuuid));
  const entry = selected === null ? "" : `, entry ${selected}`;
  return [
    {
      scheme: "systemd-boot",
      confidence: "certain",
      found: `LoaderInfo says ${info} started this system${entry}`,
      inferred: "it counts the tries in the names of boot entries",
      disk: disk?.path ?? null,
      covers: [],
    },
  ];
}

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, machine, slots, evidence } = context;
  if (machine === null) throw outsideOfDisk("systemd-boot");
  const { EFIVARS, EfiVariables } = await import("../../linux/efivars.ts");
  const { bootPartitions } = await import("../boot-folders.ts");
  const { openSystemdBoot } = await import("../systemd-boot-open.ts");
  const configured = config.slot.length > 0;
  const opened = await openSystemdBoot({
    folders: bootPartitions(await bootDevices(context), join(machine, RUN_DIR, "esp")),
    variables: new EfiVariables(join(machine, EFIVARS)),
    slots: configured ? slots.map((slot) => entrySlot(slot, context)) : null,
    counting: config.boot.counting,
    freshTries: config.boot.tries,
    booted: context.booted,
    commandLine: evidence.commandLine,
  });
  const { control, booted } = opened;
  const bootedByBootloader = booted?.certain === true ? booted.slot : null;
  const inferred = booted?.slot ?? null;
  // One image for all slots, say: then the loader starts Holdfast and nothing of what it counts is a slot.
  const knowsSlots = opened.slots.some((slot) => slot.entry !== null);
  if (configured) return { control, bootedByBootloader, inferred, knowsSlots };
  const places = opened.slots.map((slot) => placeOfEntry(slot, opened.entries, context));
  return { control, bootedByBootloader, inferred, places: await Promise.all(places) };
}

/** Devices of the ESP and, where there is one, of XBOOTLDR; throws `noDevice` without an ESP. */
async function bootDevices({ config, evidence, sysfs, allDisks }: OpenContext): Promise<string[]> {
  const section = config["systemd-boot"];
  const partuuid = evidence.loader?.espPartuuid ?? null;
  const ref = section.esp ?? (partuuid === null ? null : `PARTUUID=${partuuid}`);
  if (ref === null) {
    throw new HoldfastError(
      "noDevice",
      "nobody says which partition is the ESP: LoaderDevicePartUUID is not set",
      {
        next: "name it in the configuration, as [systemd-boot] esp",
      },
    );
  }
  const esp = await resolvePartition(ref, { sysfs });
  const disks = evidence.disks.length > 0 ? evidence.disks : await allDisks();
  const more = section.xbootldr ?? xbootldrOf(esp, disks);
  const xbootldr = more === null ? null : await resolvePartition(more, { sysfs });
  return [esp, xbootldr].flatMap((partition) => (partition?.device == null ? [] : [partition.device]));
}

function xbootldrOf({ disk }: Partition, disks: readonly DiskEvidence[]): string | null {
  const entries = disks.filter((each) => each.path === disk).flatMap(entriesOf);
  const found = entries.find((entry) => entry.type === XBOOTLDR_TYPE);
  return found === undefined ? null : `PARTUUID=${found.guid}`;
}

function entrySlot({ place, store }: PlacedSlot, { config }: OpenContext): EntrySlot {
  const { entry } = config.slot.find((slot) => slot.id === place.id) ?? {};
  const identities = [
    place.identity,
    store?.partuuid == null ? null : `PARTUUID=${store.partuuid}`,
    store?.label == null ? null : `PARTLABEL=${store.label}`,
  ];
  return { id: place.id, entry: entry ?? null, identities: identities.filter((each) => each !== null) };
}

/** The place of a slot that is an entry: the root that its command line names. */
async function placeOfEntry(
  { id, entry: entryId }: SystemdBootSlot,
  entries: readonly BootEntry[],
  { sysfs }: SysfsOptions,
): Promise<OpenedPlace> {
  const entry = entries.find((each) => each.id === entryId);
  const what = { id, label: nameOf(entry) ?? plainLabel(id), fstype: null, options: "ro" };
  const identity = entry?.binding?.identity ?? null;
  const unbound = { device: null, identity, problem: `boot entry ${entryId} names no root partition` };
  if (identity === null) return { ...what, ...unbound };
  try {
    return { ...what, ...located(await resolvePartition(identity, { sysfs }), null) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ...what, ...unbound, problem: messageOf(error) };
  }
}

type OpenedPlace = PlacedSlot["place"];

function nameOf(entry: BootEntry | undefined): string | null {
  if (entry?.title == null) return null;
  return entry.version === null || entry.title.includes(entry.version)
    ? entry.title
    : `${entry.title} ${entry.version}`;
}
