import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openAndroidMisc } from "../../../src/boot-control/open-misc.ts";
import { craftAvbAb, craftControl, miscImage } from "../../fixtures/misc.ts";
import { run } from "../tools.ts";
import { digest, type Row, type Store } from "./row.ts";

const INDEX: Readonly<Record<string, number>> = { a: 0, b: 1 };

/** Slots with priority and tries, unconfirmed or confirmed, in the bytes of one of the two formats. */
type Craft = (...slots: [priority: number, tries: number, good: number][]) => Buffer;

const control: Craft = (...slots) =>
  craftControl(slots.map(([priority, tries, good]) => priority | (tries << 4) | (good << 7)));
const avb: Craft = (first, second) => craftAvbAb(first ?? [0, 0, 0], second ?? [0, 0, 0]);

function words(priority: unknown, tries: unknown, good: unknown): string {
  return `C reader: prio ${priority} tries ${tries} good ${good}`;
}

/** The C program's reading; only of a record whose CRC is right. */
function judge(witness: string, path: string, slot: string): string {
  const record = readFileSync(path).subarray(2048, 2048 + 32);
  const line = execFileSync(witness, { input: record, encoding: "utf8" });
  const [, crc, slots = ""] = /crc=(\w+) (.*) start=/.exec(line) ?? [];
  if (crc !== "ok") return `C reader: ${line}`;
  const [priority, tries, good] = (slots.split(" ")[INDEX[slot] ?? 0] ?? "").split("/");
  return words(priority, tries, good);
}

function make(folder: string, craft: Craft): Store {
  const path = join(folder, "misc.img");
  const witness = join(folder, "misc-witness");
  run("tcc", ["-o", witness, fileURLToPath(new URL("../misc-witness.c", import.meta.url))]);
  const start = miscImage(craft([15, 7, 0], [14, 7, 0]));
  writeFileSync(path, start);
  const open = (booted: string | null) =>
    openAndroidMisc({
      partition: {
        ...{ device: null, disk: path, number: null, partuuid: null, label: "misc" },
        ...{ startBytes: 0, sizeBytes: start.length },
      },
      config: { partition: "PARTLABEL=misc", offset: 0 },
      slots: ["a", "b"].map((id, index) => ({ id, index })),
      freshTries: 7,
      booted,
    });
  return {
    open,
    judge: (slot) => judge(witness, path, slot),
    told: ({ priority, triesLeft, successful }) => words(priority, triesLeft, Number(successful)),
    exhaust: () => writeFileSync(path, miscImage(craft([15, 0, 0], [14, 7, 0]))),
    async roundTrip() {
      const theirs = `${path}.crafted`;
      writeFileSync(theirs, miscImage(craft([15, 7, 0], [14, 1, 0])));
      await (await open(null)).apply({ kind: "set-tries", slot: "b", tries: 1 });
      return [digest(path), digest(theirs)];
    },
  };
}

const SAME = {
  read: /^C reader: prio 15 tries 7 good 0$/,
  select: /^C reader: prio 15 tries 7 good 0$/,
  "set tries": /^C reader: prio 14 tries 1 good 0$/,
  "round trip": /^\w{8} = \w{8}$/,
};

/** bootloader_control, judged by a C program; the marks are those of AOSP's HAL. */
export function androidMiscRow(folder: string): Row {
  return {
    scheme: "android-misc",
    make: () => make(folder, control),
    expected: {
      ...SAME,
      "mark good": /^C reader: prio 14 tries 1 good 1$/,
      "mark bad": /^C reader: prio 15 tries 0 good 0$/,
      "last try": /^C reader: prio 15 tries 1 good 1$/,
    },
  };
}

/** AvbABData, judged by a C program. */
export function avbAbRow(folder: string): Row {
  return {
    scheme: "avb-ab",
    make: () => make(folder, avb),
    expected: {
      ...SAME,
      "mark good": /^C reader: prio 14 tries 0 good 1$/,
      "mark bad": /^C reader: prio 0 tries 0 good 0$/,
      "last try": /^C reader: prio 15 tries 0 good 1$/,
    },
  };
}
