import { discoverNamed, questionOfVersions } from "../discover.ts";
import { type DiskEvidence, type Evidence, entriesOf } from "../evidence.ts";
import { bindingOf } from "../root-binding.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
import { namesOfTyped, type TypedImages, typedSlots } from "../typed-images.ts";
import { namedByFirmware } from "./chromeos-gpt.ts";

/**
 * A file of ours, right for every table of slots that no bootloader knows of. Nothing on a disk speaks for it
 * but partitions that look like slots, with no bootloader's store beside them: a question to a person.
 */
export const counterFileScheme: Scheme = {
  name: "counter-file",
  zeroNeverBoots: false,
  needsDisk: false,
  detect,
  discover,
  fits: () => true,
  open,
};

function discover(disk: DiskEvidence) {
  return disk.typed === null ? discoverNamed(entriesOf(disk)) : typedSlots(disk.typed);
}

function detect({ disks }: Evidence): Finding[] {
  return disks.flatMap((disk) => {
    if (disk.typed !== null) return typedFinding(disk.typed, disk.path);
    const slots = discover(disk);
    const names = slots.flatMap(({ root }) => root?.name ?? []);
    if (names.length === 0) return [];
    const isVersioned = slots.some(({ image }) => image !== undefined);
    return {
      scheme: "counter-file" as const,
      confidence: "weak" as const,
      found: `${names.join(", ")} on ${disk.path} look like slots, and no bootloader's slot state lies beside them`,
      inferred: "Holdfast would count the tries, in a file of its own",
      disk: disk.path,
      covers: [],
      question: isVersioned ? questionOfVersions(entriesOf(disk)) : null,
    };
  });
}

/** One that was looked into is the system; of several nobody knows whether they are slots of one. */
function typedFinding(typed: TypedImages, disk: string): Finding {
  const isOne = typed.images.length === 1;
  const what = isOne ? `has the type of a ${typed.tree}` : `have the type of a ${typed.tree}`;
  const how = typed.seen ? "" : ", and what lies there could not be looked into";
  return {
    scheme: "counter-file",
    confidence: isOne && typed.seen ? "strong" : "weak",
    found: `${namesOfTyped(typed)} of ${disk} ${what}, with no other sign of slots beside${how}`,
    inferred: isOne ? "it is the only system, and nothing is counted" : "they may be slots of one system",
    disk,
    covers: [],
    question: null,
  };
}

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, slots, evidence, booted } = context;
  if (context.disk?.typed != null && !context.isNamed) {
    const { UnkeptSlots } = await import("../unkept-slots.ts");
    const ids = slots.map(({ place }) => place.id);
    const control = new UnkeptSlots(ids, { freshTries: config.boot.tries });
    return { control, bootedByBootloader: namedRoot(context) };
  }
  const { CounterFile } = await import("../counter-file.ts");
  const named = namedByFirmware(slots, evidence.words);
  const control = new CounterFile(config.boot.counter_file, {
    slots: slots.map((slot) => slot.place.id),
    freshTries: config.boot.tries,
    booted: booted ?? named,
  });
  return {
    control,
    bootedByBootloader: config.slot.length === 0 ? namedRoot(context) : null,
    notes: notesOf(evidence),
  };
}

/** What may be greenboot's after a good mark, which takes its counter away. */
function notesOf({ grubenv }: Evidence): string[] {
  if (grubenv?.variables?.has("boot_success") !== true) return [];
  const what = `GRUB's environment block (${grubenv.path}) has boot_success and no counter now`;
  return [`${what}; where greenboot sets one, say so in the configuration, as [boot] scheme = "grubenv"`];
}

/**
 * The slot whose root the kernel command line names. Where nobody has configured slots that is the bootloader's
 * choice, and no guess goes before it; configured ones are for Holdfast to choose among.
 */
function namedRoot({ evidence, disk, slots }: OpenContext): string | null {
  const identity = bindingOf(evidence.commandLine)?.identity;
  const entry = (disk === null ? [] : entriesOf(disk)).find(
    ({ guid, name }) => identity === `PARTUUID=${guid}` || identity === `PARTLABEL=${name}`,
  );
  if (entry === undefined) return null;
  return slots.find(({ place }) => place.identity === `PARTUUID=${entry.guid}`)?.place.id ?? null;
}
