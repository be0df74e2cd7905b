import { join } from "node:path";
import { ESP_TYPE, XBOOTLDR_TYPE } from "../../bytes/partition-types.ts";
import type { SlotKernelConfig } from "../../config/schema.ts";
import { plainLabel } from "../../domain/boot-reason.ts";
import { HoldfastError } from "../../domain/errors.ts";
import { RUN_DIR } from "../../domain/plan.ts";
import { EFIVARS } from "../../linux/efivars-folder.ts";
import type { BootEntry } from "../boot-entries.ts";
import type { BootFoldersOpener } from "../boot-folders.ts";
import { findPartition, placeOfBinding } from "../bound-place.ts";
import {
  type DiskEvidence,
  type EntryEvidence,
  type Evidence,
  entriesOf,
  isSystemdBoot,
} from "../evidence.ts";
import { imageNotes, imagesOf, versionStarted } from "../image-partitions.ts";
import { outsideOfDisk, type PlacedSlot } from "../places.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
import type { SlotPlace } from "../slot-place.ts";
import type { SystemdBootSlot } from "../systemd-boot.ts";
import type { EntrySlot, OpenedSystemdBoot } from "../systemd-boot-open.ts";

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

function detect({ loader, disks, bootEntries }: Evidence): Finding[] {
  if (!isSystemdBoot(loader)) return bootEntries.flatMap((found) => detectEntries(found, disks));
  const disk = disks.find((each) => entriesOf(each).some((entry) => entry.guid === loader?.espPartuuid));
  const entry = loader?.selected == null ? "" : `, entry ${loader.selected}`;
  return [
    {
      scheme: "systemd-boot",
      confidence: "certain",
      found: `LoaderInfo says ${loader?.info} started this system${entry}`,
      inferred: "it counts the tries in the names of boot entries",
      disk: disk?.path ?? null,
      covers: [],
    },
  ];
}

/** Without the loader's word: entries that start images of the disk that they lie on. */
function detectEntries({ disk: path, entries }: EntryEvidence, disks: readonly DiskEvidence[]): Finding[] {
  const disk = disks.find((each) => each.path === path);
  const partuuids = new Set(
    (disk === undefined ? [] : entriesOf(disk)).map(({ guid }) => `PARTUUID=${guid}`),
  );
  const own = entries.filter(({ binding }) => partuuids.has(binding?.identity ?? ""));
  if (own.length === 0) return [];
  const names = own.map(({ file, binding }) => `${file} by ${binding?.kind}`).join(", ");
  return [
    {
      scheme: "systemd-boot",
      confidence: "strong",
      found: `boot entries on ${path} that start its partitions (${names})`,
      inferred: "the tries are in their names; no loader says that it counted",
      disk: path,
      covers: [],
    },
  ];
}

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, machine, slots, evidence, disk } = context;
  const { EfiVariables } = await import("../../linux/efivars.ts");
  const { openSystemdBoot } = await import("../systemd-boot-open.ts");
  const configured = config.slot.length > 0;
  const partitions = disk === null ? [] : entriesOf(disk);
  const opened = await openSystemdBoot({
    folders: await bootFolders(context),
    // An image has no firmware that could remember a wish.
    variables: new EfiVariables(machine === null ? NOWHERE : join(machine, EFIVARS)),
    slots: configured ? slots.map((slot) => entrySlot(slot, context)) : null,
    counting: config.boot.counting,
    freshTries: config.boot.tries,
    booted: context.booted,
    commandLine: machine === null ? "" : evidence.commandLine,
    versionOf: (entry) => versionStarted(imagesOf(partitions, [entry]), entry),
  });
  const { control, booted } = opened;
  const bootedByBootloader = booted?.certain === true ? booted.slot : null;
  const inferred = booted?.slot ?? null;
  // One image for all slots, say: then the loader starts Holdfast and nothing of what it counts is a slot.
  const knowsSlots = opened.slots.some((slot) => slot.entry !== null);
  const kernels = await kernelsOf(opened, context);
  const withKernel = (place: SlotPlace): SlotPlace => {
    const kernel = kernels.get(place.id);
    return kernel === undefined ? place : { ...place, kernel };
  };
  if (configured) {
    const places = slots.map(({ place }) => withKernel(place));
    return { control, bootedByBootloader, inferred, knowsSlots, places };
  }
  const found = await Promise.all(opened.slots.map((slot) => placeOfEntry(slot, opened.entries, context)));
  const notes = imageNotes(imagesOf(partitions, opened.entries));
  return { control, bootedByBootloader, inferred, places: found.map(withKernel), notes };
}

/** What kexec may start of each slot's entry, by slot; none where the configuration does not want it. */
async function kernelsOf(
  { slots, entries }: OpenedSystemdBoot,
  context: OpenContext,
): Promise<ReadonlyMap<string, SlotKernelConfig>> {
  if (context.machine === null || !context.config["systemd-boot"].kexec) return new Map();
  const devices = await bootDevices(context);
  const { kernelOfEntry } = await import("../entry-kernel.ts");
  return new Map(
    slots.flatMap(({ id, entry: wanted }) => {
      const entry = entries.find((each) => each.id === wanted);
      const kernel = entry === undefined ? undefined : kernelOfEntry(entry, devices[entry.root] ?? "");
      return kernel === undefined ? [] : [[id, kernel] as const];
    }),
  );
}

/** No folder, and none that anybody makes. */
const NOWHERE = "/proc/self/fd/efivars";

/** The boot partitions: mounted for a moment on this machine, read where they lie in an image. */
async function bootFolders(context: OpenContext): Promise<BootFoldersOpener> {
  const { machine, disk } = context;
  if (machine !== null) {
    const { bootPartitions } = await import("../boot-folders.ts");
    return bootPartitions(await bootDevices(context), join(machine, RUN_DIR, "esp"));
  }
  if (disk === null) throw outsideOfDisk("systemd-boot");
  const { unmountedBoot } = await import("../unmounted-entries.ts");
  return unmountedBoot(disk);
}

/** Devices of the ESP and, where there is one, of XBOOTLDR; throws `noDevice` without an ESP. */
async function bootDevices(context: OpenContext): Promise<string[]> {
  const { config, evidence, disk, allDisks } = context;
  const section = config["systemd-boot"];
  const partuuid = evidence.loader?.espPartuuid ?? partuuidOf(disk, ESP_TYPE);
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
  const esp = await findPartition(ref, context);
  const disks = evidence.disks.length > 0 ? evidence.disks : await allDisks();
  const own = disks.find((each) => each.path === esp.disk) ?? null;
  const xbootldr = partuuidOf(own, XBOOTLDR_TYPE);
  const more = section.xbootldr ?? (xbootldr === null ? null : `PARTUUID=${xbootldr}`);
  const both = [esp, more === null ? null : await findPartition(more, context)];
  return both.flatMap((partition) => (partition?.device == null ? [] : [partition.device]));
}

function partuuidOf(disk: DiskEvidence | null, type: string): string | null {
  const found = disk === null ? undefined : entriesOf(disk).find((entry) => entry.type === type);
  return found?.guid ?? null;
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
  context: OpenContext,
): Promise<SlotPlace> {
  const entry = entries.find((each) => each.id === entryId);
  const what = { id, label: nameOf(entry) ?? plainLabel(id), fstype: null, options: "ro" };
  const unnamed = `boot entry ${entryId} names no root partition`;
  return { ...what, ...(await placeOfBinding(entry?.binding ?? null, unnamed, context)) };
}

function nameOf(entry: BootEntry | undefined): string | null {
  if (entry?.title == null) return null;
  return entry.version === null || entry.title.includes(entry.version)
    ? entry.title
    : `${entry.title} ${entry.version}`;
}
