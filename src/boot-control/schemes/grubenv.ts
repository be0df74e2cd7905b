import { discoverTwins } from "../discover.ts";
import { type Evidence, entriesOf } from "../evidence.ts";
import { outsideOfDisk } from "../places.ts";
import { bootedByRauc, namedSlots } from "../rauc-order.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";
import type { GrubEvidence } from "../store-evidence.ts";

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

/**
 * What the block means; null where it says nothing of slots. boot_success alone is in every Fedora: with
 * greenboot beside it, it is what a good mark leaves of the counter.
 */
function styleOf({ variables, greenboot }: GrubEvidence): Style | null {
  if (variables === null) return null;
  if (variables.has("ORDER")) return "rauc";
  if (variables.has("boot_counter")) return "greenboot";
  return greenboot && variables.has("boot_success") ? "greenboot" : null;
}

function detect({ grubenv, words }: Evidence): Finding[] {
  const style = grubenv === null ? null : styleOf(grubenv);
  if (grubenv === null || style === null) return [];
  const word = style === "rauc" ? words.get("rauc.slot") : undefined;
  const said = word === undefined ? "" : `; the bootloader says slot ${word}`;
  return [
    {
      scheme: "grubenv",
      ...confidenceOf(style, grubenv, word),
      found: `an environment block (${grubenv.path}) with ${namesOf(style, grubenv)}${said}`,
      disk: null,
      covers: [],
    },
  ];
}

function namesOf(style: Style, { variables }: GrubEvidence): string {
  if (style === "rauc") return `ORDER="${variables?.get("ORDER")}"`;
  return variables?.has("boot_counter") ? "boot_counter" : "boot_success, and greenboot";
}

function confidenceOf(
  style: Style,
  { counts }: GrubEvidence,
  word: string | undefined,
): Pick<Finding, "confidence" | "inferred"> {
  if (style === "rauc") {
    const inferred = "GRUB counts one try per slot, as RAUC asks";
    return { confidence: word === undefined ? "strong" : "certain", inferred };
  }
  if (counts !== false) return { confidence: "strong", inferred: "GRUB counts for greenboot" };
  return { confidence: "weak", inferred: "the grub.cfg beside it does not count, so nobody falls back" };
}

async function open({ config, slots, evidence, booted, machine }: OpenContext): Promise<OpenedScheme> {
  if (machine === null) throw outsideOfDisk("grubenv");
  const { grubenv: section } = config;
  const seen = evidence.grubenv === null ? null : styleOf(evidence.grubenv);
  const style = seen ?? section.style;
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
