import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openAndroidGpt } from "../../../src/boot-control/android-gpt.ts";
import { INACTIVE, TYPES } from "../../fixtures/android.ts";
import { run } from "../tools.ts";
import { digest, type Row, type Store } from "./row.ts";

const NUMBERS: Readonly<Record<string, number>> = { a: 1, b: 2 };
/** Attribute bits of boot_a (priority 3, active, 7 tries) and boot_b (priority 2, 3 tries). */
const BITS = [
  [48, 49, 50, 51, 52, 53],
  [49, 51, 52],
];

function sgdiskMakes(path: string): void {
  writeFileSync(path, "");
  truncateSync(path, 8 << 20);
  const words = BITS.flatMap((bits, index) => {
    const number = index + 1;
    return [
      ...["-n", `${number}:${2048 * number}:+512K`, "-c", `${number}:boot_${"ab"[index]}`],
      ...["-t", `${number}:${index === 0 ? TYPES.boot : INACTIVE}`],
      ...bits.flatMap((bit) => ["-A", `${number}:set:${bit}`]),
    ];
  });
  run("sgdisk", [...words, path]);
  const bytes = readFileSync(path);
  for (const number of [1, 2]) bytes.write("ANDROID!", number * 2048 * 512, "latin1");
  writeFileSync(path, bytes);
}

/** The attribute byte of a boot partition as sgdisk prints it, taken apart. */
function judge(path: string, slot: string): string {
  const shown = run("sgdisk", ["-i", `${NUMBERS[slot]}`, path]);
  const flags = BigInt(`0x${/Attribute flags: ([0-9A-F]{16})/.exec(shown)?.[1]}`);
  const byte = Number((flags >> 48n) & 0xffn);
  return words({ priority: byte & 3, tries: (byte >> 3) & 7, good: (byte >> 6) & 1, bad: byte >> 7 });
}

function words(byte: { priority: number | null; tries: number | null; good: number; bad: number }): string {
  return `sgdisk: prio ${byte.priority} tries ${byte.tries} good ${byte.good} bad ${byte.bad}`;
}

function make(folder: string): Store {
  const [path, made] = [join(folder, "android.img"), join(folder, "android.made")];
  // sgdisk waits for every disk of the machine, so it makes one for all cells.
  if (!existsSync(made)) sgdiskMakes(made);
  copyFileSync(made, path);
  const slots = (["a", "b"] as const).map((id) => ({ id, suffix: `_${id}` as const }));
  const open = (booted: string | null) =>
    openAndroidGpt({ disks: [path], storage: "auto", slots, freshTries: 7, booted });
  return {
    open,
    judge: (slot) => judge(path, slot),
    told: ({ priority, triesLeft: tries, successful, health }) =>
      words({ priority, tries, good: Number(successful), bad: Number(health === "bad") }),
    exhaust(slot) {
      run("sgdisk", [...[51, 52, 53].flatMap((bit) => ["-A", `${NUMBERS[slot]}:clear:${bit}`]), path]);
    },
    async roundTrip() {
      const theirs = `${path}.sgdisk`;
      copyFileSync(path, theirs);
      run("sgdisk", ["-A", "2:set:54", theirs]);
      await (await open(null)).apply({ kind: "mark-good", slot: "b" });
      return [digest(path), digest(theirs)];
    },
  };
}

/** android-gpt on eMMC, judged by sgdisk. */
export function androidGptRow(folder: string): Row {
  return {
    scheme: "android-gpt",
    make: () => make(folder),
    expected: {
      read: /^sgdisk: prio 3 tries 7 good 0 bad 0$/,
      select: /^sgdisk: prio 3 tries 7 good 0 bad 0$/,
      "mark good": /^sgdisk: prio 2 tries 3 good 1 bad 0$/,
      "mark bad": /^sgdisk: prio 3 tries 7 good 0 bad 1$/,
      "set tries": /^sgdisk: prio 2 tries 1 good 0 bad 0$/,
      "last try": /^sgdisk: prio 3 tries 0 good 1 bad 0$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
