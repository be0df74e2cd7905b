import { CHROMEOS_KERNEL_TYPE } from "../../bytes/chromeos-attributes.ts";
import { HoldfastError } from "../../domain/errors.ts";
import { discoverTwins } from "../discover.ts";
import { type DiskEvidence, type Evidence, entriesOf } from "../evidence.ts";
import { noDisk, type PlacedSlot } from "../places.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
import { slotOfSuffix, suffixByBootloader, suffixOf } from "./android.ts";

/** Attributes of boot_a and boot_b: the bootloader's word is androidboot.slot_suffix=. */
export const androidGptScheme: Scheme = {
  name: "android-gpt",
  zeroNeverBoots: true,
  needsDisk: true,
  detect,
  discover: (disk) => discoverTwins(entriesOf(disk)),
  fits: (slots, disk) => disk !== null && slots.every((slot) => suffixOf(slot) !== null),
  open,
};

/** Bits 48 to 55 of boot_a and boot_b, joined; null without such partitions, or where they are ChromeOS's. */
function bootBits(disk: DiskEvidence): number | null {
  const boots = entriesOf(disk).filter(({ name }) => name === "boot_a" || name === "boot_b");
  if (boots.length !== 2 || boots.some((entry) => entry.type === CHROMEOS_KERNEL_TYPE)) return null;
  return boots.reduce((bits, entry) => bits | Number((entry.attributes >> 48n) & 0xffn), 0);
}

function detect(evidence: Evidence): Finding[] {
  const isQualcomm = evidence.compatible.some((name) => name.startsWith("qcom,"));
  const suffix = suffixByBootloader(evidence);
  return evidence.disks.flatMap((disk): Finding[] => {
    const bits = bootBits(disk);
    if (bits === null || bits === 0) return [];
    const board = isQualcomm ? "; the device tree says Qualcomm" : "";
    const word = suffix === null ? "" : `; the bootloader says slot ${suffix}`;
    // Other bootloaders leave bits there, too: it takes two signs before anything is written.
    const confidence = isQualcomm ? (suffix === null ? "strong" : "certain") : "weak";
    return [
      {
        scheme: "android-gpt",
        confidence,
        found: `boot_a and boot_b with slot attributes on ${disk.path}${board}${word}`,
        inferred: "Qualcomm's bootloader counts the tries",
        disk: disk.path,
        covers: [],
      },
    ];
  });
}

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, slots, evidence } = context;
  const { openAndroidGpt } = await import("../android-gpt.ts");
  const disks = config["android-gpt"].disks ?? (await slottedDisks(context));
  if (disks.length === 0) throw noDisk(slots);
  const named = slotOfSuffix(slots, suffixByBootloader(evidence));
  const control = await openAndroidGpt({
    disks,
    storage: config["android-gpt"].storage,
    slots: slots.map(withSuffix),
    freshTries: config.boot.tries,
    booted: context.booted ?? named,
  });
  const { inferredSlot } = await import("../android-view.ts");
  const inferred = slotOfSuffix(slots, inferredSlot(evidence.disks.flatMap(entriesOf)));
  return { control, bootedByBootloader: named, inferred, disks };
}

/** Every disk that holds slotted partitions, on UFS several, and the one whose misc tells of updates. */
async function slottedDisks({ evidence, allDisks }: OpenContext): Promise<string[]> {
  const known = new Set(evidence.disks.map((disk) => disk.path));
  const others = (await allDisks()).filter((disk) => !known.has(disk.path));
  const slotted = [...evidence.disks, ...others].filter((disk) =>
    entriesOf(disk).some(({ name }) => /^(.+_[ab]|misc)$/.test(name)),
  );
  return slotted.map((disk) => disk.path);
}

function withSuffix(slot: PlacedSlot): { id: string; suffix: "_a" | "_b" } {
  const suffix = suffixOf(slot);
  if (suffix !== null) return { id: slot.place.id, suffix };
  throw new HoldfastError(
    "badConfig",
    `slot ${slot.place.id}: nobody can say whether it is _a or _b; the id "a" or "b" would`,
  );
}
