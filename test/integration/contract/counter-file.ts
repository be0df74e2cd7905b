import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CounterFile } from "../../../src/boot-control/counter-file.ts";
import { run } from "../tools.ts";
import { digest, type Row, type Store } from "./row.ts";

const FRESH = { priority: 1, triesLeft: 3, triesDone: 0, successful: false };
const FILE = { version: 1, once: null, slots: { a: { ...FRESH, priority: 2 }, b: FRESH } };

function make(folder: string): Store {
  const path = join(folder, "slots.json");
  writeFileSync(path, run("jq", ["."], JSON.stringify(FILE)));
  const jq = (filter: string) => `jq: ${run("jq", ["-r", filter, path]).trim()}`;
  const open = (booted: string | null) => new CounterFile(path, { slots: ["a", "b"], freshTries: 3, booted });
  return {
    open,
    judge: (slot) =>
      jq(
        `.slots.${slot} | "prio \\(.priority) left \\(.triesLeft) done \\(.triesDone) good \\(.successful)"`,
      ),
    told: (slot) =>
      `jq: prio ${slot.priority} left ${slot.triesLeft} done ${slot.triesDone} good ${slot.successful}`,
    judgeOnce: () => jq('"once \\(.once)"'),
    async roundTrip() {
      const theirs = `${path}.jq`;
      writeFileSync(theirs, run("jq", [".slots.b.triesLeft = 1"], run("jq", ["."], JSON.stringify(FILE))));
      await open(null).apply({ kind: "set-tries", slot: "b", tries: 1 });
      return [digest(path), digest(theirs)];
    },
  };
}

/** counter-file, judged by jq. */
export function counterFileRow(folder: string): Row {
  return {
    scheme: "counter-file",
    make: () => make(folder),
    expected: {
      read: /^jq: prio 2 left 3 done 0 good false$/,
      select: /^jq: prio 2 left 3 done 0 good false$/,
      once: /^jq: once b$/,
      "mark good": /^jq: prio 1 left 0 done 0 good true$/,
      "mark bad": /^jq: prio 0 left 0 done 0 good false$/,
      "set tries": /^jq: prio 1 left 1 done 0 good false$/,
      "last try": /^jq: prio 2 left 0 done 0 good true$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
