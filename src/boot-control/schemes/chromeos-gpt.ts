import { FLATCAR_USR_TYPE, hasCounters } from "../../bytes/chromeos-attributes.ts";
import type { GptEntry } from "../../bytes/gpt-entries.ts";
import { diskAt } from "../../linux/disk.ts";
import type { ChromeosSlot } from "../chromeos-gpt.ts";
import { discoverKernels } from "../discover.ts";
import { type DiskEvidence, type Evidence, entriesOf } from "../evidence.ts";
import { noDisk, type PlacedSlot } from "../places.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";

/** Attributes of ChromeOS kernel partitions, whose firmware's word is kern_guid=, and of Flatcar's /usr partitions. */
export const chromeosScheme: Scheme = {
  name: "chromeos-gpt",
  // vboot hides a slot by priority 0, whatever else its bits say.
  zeroNeverBoots: true,
  needsDisk: true,
  detect,
  discover: (disk) => discoverKernels(entriesOf(disk)),
  fits(slots, disk) {
    if (disk === null) return false;
    return slots.some(({ store }) => kernelsOf(disk).some((kernel) => kernel.guid === store?.partuuid));
  },
  open,
};

function kernelsOf(disk: DiskEvidence): GptEntry[] {
  return entriesOf(disk).filter(({ type }) => hasCounters(type));
}

function detect({ disks, words }: Evidence): Finding[] {
  const guid = guidOf(words);
  return disks.flatMap((disk) => {
    const kernels = kernelsOf(disk);
    if (kernels.length === 0) return [];
    const started = kernels.find((kernel) => kernel.guid === guid);
    const isFlatcar = kernels.every(({ type }) => type === FLATCAR_USR_TYPE);
    const what = isFlatcar ? "/usr partitions of Flatcar" : "ChromeOS kernel partitions";
    const word = isFlatcar ? "mount.usr=" : "kern_guid=";
    const found = `${kernels.length} ${what} on ${disk.path}`;
    return {
      scheme: "chromeos-gpt" as const,
      confidence: started === undefined ? ("strong" as const) : ("certain" as const),
      found: started === undefined ? found : `${found}; ${word} names partition ${started.number}`,
      inferred: started === undefined ? "Holdfast counts the tries" : "firmware counts the tries",
      disk: disk.path,
      covers: [],
    };
  });
}

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, disk, slots, evidence } = context;
  if (disk === null) throw noDisk(slots);
  const named = namedByFirmware(slots, evidence.words);
  const asked = config.boot.counting;
  const { ChromeosGpt } = await import("../chromeos-gpt.ts");
  const control = new ChromeosGpt(diskAt(disk.path), {
    slots: slots.map(storeOf),
    counting: asked !== "auto" ? asked : named === null ? "holdfast" : "bootloader",
    freshTries: config.boot.tries,
    booted: context.booted ?? named,
  });
  return { control, bootedByBootloader: named };
}

/** The slot that kern_guid= names: the evidence that firmware chose and counted it. */
export function namedByFirmware(
  slots: readonly PlacedSlot[],
  words: ReadonlyMap<string, string>,
): string | null {
  const guid = guidOf(words);
  return slots.find((slot) => guid !== undefined && slot.store?.partuuid === guid)?.place.id ?? null;
}

/** vboot's word, or what GRUB tells Flatcar's initramfs of the /usr that it chose. */
function guidOf(words: ReadonlyMap<string, string>): string | undefined {
  const [, usr] = /^partuuid=(.*)$/i.exec(words.get("mount.usr") ?? "") ?? [];
  return (words.get("kern_guid") ?? usr)?.toLowerCase();
}

function storeOf({ place, store, storeProblem }: PlacedSlot): ChromeosSlot {
  const lost = store === null || store.partuuid !== null ? null : `slot ${place.id}: no PARTUUID was found`;
  return { id: place.id, guid: store?.partuuid ?? null, problem: storeProblem ?? lost };
}
