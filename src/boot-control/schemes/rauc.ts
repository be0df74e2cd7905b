import { plainLabel } from "../../domain/boot-reason.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { resolvePartition, type SysfsOptions } from "../../linux/block.ts";
import type { Evidence } from "../evidence.ts";
import { located, outsideOfDisk } from "../places.ts";
import type { RaucSlot, RaucSystem } from "../rauc-system.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
import { PLAIN_IMAGE, type SlotPlace } from "../slot-place.ts";

/** RAUC's system.conf: its bootloader's store is used, the word of its boot scripts is rauc.slot=. */
export const raucScheme: Scheme = {
  name: "rauc",
  zeroNeverBoots: true,
  needsDisk: false,
  findsSlots: true,
  detect,
  discover: () => [],
  fits: () => true,
  open,
};

/** Whether RAUC keeps slot state where Holdfast can reach it, and not with Holdfast itself. */
function isOpenable({ bootloader, backend }: RaucSystem): boolean {
  if (bootloader === "custom") return backend !== null && !/holdfast/i.test(backend);
  return bootloader !== "noop";
}

function detect({ rauc, words }: Evidence): Finding[] {
  if (rauc === null || !isOpenable(rauc.system)) return [];
  const word = words.get("rauc.slot");
  return [
    {
      scheme: "rauc",
      confidence: word === undefined ? "strong" : "certain",
      found: `${rauc.path} with bootloader=${rauc.system.bootloader}${word ? `; the bootloader says slot ${word}` : ""}`,
      inferred: "its bootloader counts the tries",
      disk: null,
      covers: ["uboot-env", "grubenv", "custom"],
    },
  ];
}

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, slots, evidence, booted, machine } = context;
  if (machine === null) throw outsideOfDisk("rauc");
  const { bootedSlot, openRauc } = await import("../rauc.ts");
  const configured = config.slot.length > 0;
  const options = {
    slots: configured ? slots.map((slot) => slot.place.id) : null,
    counting: config.boot.counting === "holdfast" ? ("holdfast" as const) : ("bootloader" as const),
    root: machine,
  };
  const { system } = await openRauc(config.rauc, { ...options, booted });
  const known = configured ? system.slots.flatMap((slot) => renamed(slot, context)) : system.slots;
  const where = { commandLine: evidence.commandLine, root: machine };
  const named = await bootedSlot(system, known, where);
  const { control } = await openRauc(config.rauc, { ...options, booted: booted ?? named });
  if (configured) return { control, bootedByBootloader: named };
  const places = await Promise.all(system.slots.map((slot) => placeOf(slot, context)));
  return { control, bootedByBootloader: named, places };
}

/** A slot of system.conf under the id that the configuration has for it; none when it has none. */
function renamed(slot: RaucSlot, { config, slots }: OpenContext): RaucSlot[] {
  const names = (id: string) => config.rauc.bootnames[id] ?? id;
  const own = slots.find(({ place: { id } }) => names(id).toLowerCase() === slot.bootname.toLowerCase());
  return own === undefined ? [] : [{ ...slot, id: own.place.id }];
}

async function placeOf({ id, device, type }: RaucSlot, { sysfs }: SysfsOptions): Promise<SlotPlace> {
  const fstype = ["ext4", "erofs", "squashfs", "btrfs", "f2fs"].find((each) => each === type) ?? null;
  const what = { id, label: plainLabel(id), fstype, options: "ro", ...PLAIN_IMAGE };
  try {
    return { ...what, ...located(await resolvePartition(device, { sysfs }), null) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ...what, device: null, identity: null, problem: messageOf(error) };
  }
}
