import { HoldfastError } from "../../domain/errors.ts";
import { findInTable, type Partition, resolvePartition } from "../../linux/block.ts";
import { discoverTwins } from "../discover.ts";
import { type Evidence, entriesOf } from "../evidence.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
import { letterOf, slotOfSuffix, suffixByBootloader } from "./android.ts";

const WHAT = {
  "android-misc": "bootloader_control in misc",
  "avb-ab": "AvbABData in misc",
} as const;
type MiscScheme = keyof typeof WHAT;

/** The two formats that a misc partition can hold, told apart by their magic; one store opens both. */
function miscScheme(name: MiscScheme): Scheme {
  return {
    name,
    // libavb_ab never starts priority 0; U-Boot, which reads bootloader_control, does.
    zeroNeverBoots: name === "avb-ab",
    needsDisk: true,
    detect: (evidence) => detect(name, evidence),
    discover: (disk) => discoverTwins(entriesOf(disk)),
    fits: (slots) => slots.every((slot) => letterOf(slot) !== null),
    open,
  };
}

export const androidMiscScheme = miscScheme("android-misc");
export const avbAbScheme = miscScheme("avb-ab");

function detect(name: MiscScheme, evidence: Evidence): Finding[] {
  const suffix = suffixByBootloader(evidence);
  const word = suffix === null ? "" : `; the bootloader says slot ${suffix}`;
  const found = evidence.misc.filter((misc) => misc.scheme === name);
  return found.map(({ disk }) => ({
    scheme: name,
    confidence: suffix === null ? "strong" : "certain",
    found: `${WHAT[name]} on ${disk}${word}`,
    inferred: "the bootloader counts the tries",
    disk,
    covers: [],
  }));
}

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, slots, evidence } = context;
  const named = slotOfSuffix(slots, suffixByBootloader(evidence));
  const { openAndroidMisc } = await import("../open-misc.ts");
  const control = await openAndroidMisc({
    partition: await miscPartition(context),
    config: config["android-misc"],
    slots: slots.map((slot) => ({ id: slot.place.id, index: indexOf(letterOf(slot), slot.place.id) })),
    freshTries: config.boot.tries,
    booted: context.booted ?? named,
  });
  return { control, bootedByBootloader: named };
}

function miscPartition({ config, disk, sysfs }: OpenContext): Promise<Partition> {
  const ref = config["android-misc"].partition;
  const table = disk?.table ?? null;
  return table === null ? resolvePartition(ref, { sysfs }) : findInTable(ref, table, { sysfs });
}

function indexOf(letter: string | null, id: string): number {
  if (letter !== null) return letter.charCodeAt(0) - "a".charCodeAt(0);
  throw new HoldfastError(
    "badConfig",
    `slot ${id}: nobody can say which letter it has; an id such as "a" would`,
  );
}
