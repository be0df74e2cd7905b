import { discoverTwins } from "../discover.ts";
import { type Evidence, entriesOf } from "../evidence.ts";
import { outsideOfDisk } from "../places.ts";
import { bootedByRauc, namedSlots } from "../rauc-order.ts";
import type { Finding, OpenContext, OpenedScheme, Scheme } from "../scheme.ts";

/** Variables of U-Boot: the word of RAUC's boot script is rauc.slot=. */
export const ubootEnvScheme: Scheme = {
  name: "uboot-env",
  // 0 is a slot that BOOT_ORDER does not name.
  zeroNeverBoots: true,
  needsDisk: false,
  detect,
  discover: (disk) => discoverTwins(entriesOf(disk)),
  fits: () => true,
  open,
};

type Style = "rauc" | "bootcount";

/** What the variables that are set mean; null where none of them is about slots. */
function styleOf(variables: ReadonlyMap<string, string>): Style | null {
  if (variables.has("BOOT_ORDER")) return "rauc";
  return ["upgrade_available", "bootlimit"].some((name) => variables.has(name)) ? "bootcount" : null;
}

function detect({ ubootEnv, words }: Evidence): Finding[] {
  if (ubootEnv === null || ubootEnv.variables === null) return [];
  const style = styleOf(ubootEnv.variables);
  if (style === null) return [];
  const word = words.get("rauc.slot");
  const isRauc = style === "rauc";
  const names = isRauc ? `BOOT_ORDER="${ubootEnv.variables.get("BOOT_ORDER")}"` : "U-Boot's boot counter";
  return [
    {
      scheme: "uboot-env",
      // Which variables choose a slot is the board's own affair with the plain counter.
      confidence: isRauc ? (word === undefined ? "strong" : "certain") : "weak",
      found: `a valid environment (${ubootEnv.path}) with ${names}${word ? `; the bootloader says slot ${word}` : ""}`,
      inferred: isRauc ? "RAUC's boot script counts the tries" : "U-Boot counts the tries",
      disk: null,
      covers: [],
    },
  ];
}

async function open({ config, slots, evidence, booted, machine }: OpenContext): Promise<OpenedScheme> {
  if (machine === null) throw outsideOfDisk("uboot-env");
  const section = config["uboot-env"];
  const ids = slots.map((slot) => slot.place.id);
  const named = bootedByRauc(evidence.commandLine, namedSlots(ids, section.bootnames));
  const { openUbootEnv } = await import("../uboot-env.ts");
  const control = await openUbootEnv(section, {
    slots: ids,
    // The script counts whether or not it leaves a word; counted twice, every slot would soon be bad.
    counting: config.boot.counting === "holdfast" ? "holdfast" : "bootloader",
    freshTries: config.boot.tries,
    booted: booted ?? named?.slot ?? null,
    root: machine,
  });
  return { control, bootedByBootloader: named?.slot ?? null };
}
