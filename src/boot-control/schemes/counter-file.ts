import { discoverKernels, discoverTwins, discoverVersions, questionOfVersions } from "../discover.ts";
import { type DiskEvidence, type Evidence, entriesOf } from "../evidence.ts";
import { bindingOf } from "../root-binding.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
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

const LETTERS = ["a", "b", "c", "d"];

function discover(disk: DiskEvidence) {
  const kernels = discoverKernels(entriesOf(disk));
  const twins = kernels.length > 0 ? kernels : discoverTwins(entriesOf(disk), LETTERS);
  return twins.length > 0 ? twins : discoverVersions(entriesOf(disk));
}

function detect({ disks }: Evidence): Finding[] {
  return disks.flatMap((disk) => {
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

async function open(context: OpenContext): Promise<OpenedScheme> {
  const { config, slots, evidence, booted } = context;
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
