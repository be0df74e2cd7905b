import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { ChromeosGpt } from "../../../src/boot-control/chromeos-gpt.ts";
import { diskAt } from "../../../src/linux/disk.ts";
import { cgpt, chromeosImage, uniqueGuid } from "../../fixtures/chromeos-image.ts";
import { cgptCounters, sgdiskFaults } from "../tools.ts";
import { digest, type Row, type Store } from "./row.ts";

const NUMBERS: Readonly<Record<string, number>> = { a: 2, b: 4 };

/** "prio 2 tries 3 succ 0" as cgpt reads it, and only while sgdisk finds both copies whole. */
function judge(path: string, slot: string): string {
  const faults = sgdiskFaults(path);
  if (faults.length > 0) return `sgdisk: ${faults.join(" ")}`;
  const [priority, tries, successful] = cgptCounters(path, NUMBERS[slot] ?? 0);
  return `cgpt: prio ${priority} tries ${tries} succ ${successful}`;
}

function make(folder: string): Store {
  const path = join(folder, "chromeos.img");
  chromeosImage(path, {
    a: { priority: 2, tries: 3, successful: false },
    b: { priority: 1, tries: 3, successful: false },
  });
  const slots = ["a", "b"].map((id) => ({ id, guid: uniqueGuid(path, NUMBERS[id] ?? 0), problem: null }));
  const open = (booted: string | null) =>
    new ChromeosGpt(diskAt(path), { slots, counting: "holdfast", freshTries: 3, booted });
  return {
    open,
    judge: (slot) => judge(path, slot),
    told: (slot) =>
      `cgpt: prio ${slot.priority} tries ${slot.triesLeft} succ ${slot.successful === true ? 1 : 0}`,
    async roundTrip() {
      const theirs = `${path}.cgpt`;
      copyFileSync(path, theirs);
      cgpt("prioritize", "-i", "4", theirs);
      await open(null).apply({ kind: "select", slot: "b", once: false });
      return [digest(path), digest(theirs)];
    },
  };
}

/** chromeos-gpt, judged by cgpt and sgdisk. */
export function chromeosRow(folder: string): Row {
  return {
    scheme: "chromeos-gpt",
    make: () => make(folder),
    expected: {
      read: /^cgpt: prio 2 tries 3 succ 0$/,
      select: /^cgpt: prio 2 tries 3 succ 0$/,
      "mark good": /^cgpt: prio 1 tries 0 succ 1$/,
      "mark bad": /^cgpt: prio 0 tries 0 succ 0$/,
      "set tries": /^cgpt: prio 1 tries 1 succ 0$/,
      "last try": /^cgpt: prio 2 tries 0 succ 1$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
