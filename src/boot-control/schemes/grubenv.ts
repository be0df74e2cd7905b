import { discoverTwins } from "../discover.ts";
import { type Evidence, entriesOf } from "../evidence.ts";
import { outsideOfDisk } from "../places.ts";
import { bootedByRauc, namedSlots } from "../rauc-order.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";

/** Variables of GRUB: RAUC's with the word rauc.slot=, or Fedora's and greenboot's. */
export const grubenvScheme: Scheme = {
  name: "grubenv",
  // 0 is a slot that ORDER does not name.
  zeroNeverBoots: true,
  needsDisk: false,
  detect,
  discover: (disk) => discoverTwins(entriesOf(disk)),
  fits: () => true,
  open,
};

type Style = "rauc" | "greenboot";

/** What the variables that are set mean; boot_success alone is in every Fedora and says nothing of slots. */
function styleOf(variables: ReadonlyMap<string, string>): Style | null {
  if (variables.has("ORDER")) return "rauc";
  return variables.has("boot_counter") ? "greenboot" : null;
}

function detect({ grubenv, words }: Evidence): Finding[] {
  if (grubenv === null || grubenv.variables === null) return [];
  const style = styleOf(grubenv.variables);
  if (style === null) return [];
  const word = style === "rauc" ? words.get("rauc.slot") : undefined;
  const names = style === "rauc" ? `ORDER="${grubenv.variables.get("ORDER")}"` : "boot_counter";
  return [
    {
      scheme: "grubenv",
      confidence: word === undefined ? "strong" : "certain",
      found: `an environment block (${grubenv.path}) with ${names}${word ? `; the bootloader says slot ${word}` : ""}`,
      inferred: style === "rauc" ? "GRUB counts one try per slot, as RAUC asks" : "GRUB counts for greenboot",
      disk: null,
      covers: [],
    },
  ];
}

async function open({ config, slots, evidence, booted, machine }: OpenContext): Promise<OpenedScheme> {
  if (machine === null) throw outsideOfDisk("grubenv");
  const { grubenv: section } = config;
  const seen = styleOf(evidence.grubenv?.variables ?? new Map());
  const style = evidence.grubenv === null ? section.style : (seen ?? section.style);
  const ids = slots.map((slot) => slot.place.id);
  const named = bootedByRauc(evidence.commandLine, namedSlots(ids, section.bootnames));
  const { openGrubEnv } = await import("../grubenv.ts");
  const control = await openGrubEnv(
    { ...section, style },
    {
      slots: ids,
      counting: config.boot.counting === "holdfast" ? "holdfast" : "bootloader",
      freshTries: config.boot.tries,
      booted: booted ?? named?.slot ?? null,
      root: machine,
    },
  );
  return { control, bootedByBootloader: named?.slot ?? null };
}
