import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { openGrubEnv } from "../../../src/boot-control/grubenv.ts";
import { GrubEnvConfig } from "../../../src/config/schemes.ts";
import { grubList } from "../boot-tools.ts";
import { run } from "../tools.ts";
import { digest, type Row, type Store } from "./row.ts";

function words(counter: unknown, success: unknown): string {
  return `grub-editenv: counter ${counter ?? "-"} success ${success}`;
}

function make(folder: string): Store {
  const path = join(folder, "greenboot");
  const edit = (block: string, ...edits: string[]) => void run("grub-editenv", [block, ...edits]);
  edit(path, "create");
  edit(path, "set", "boot_success=0", "boot_counter=3");
  const section = GrubEnvConfig().parse({ grubenv: path, style: "greenboot" });
  const open = (booted: string | null) =>
    openGrubEnv(section, { slots: ["a", "b"], counting: "bootloader", freshTries: 3, booted });
  return {
    open,
    judge() {
      const found = grubList(path);
      return words(found.boot_counter, found.boot_success);
    },
    told: ({ successful, triesLeft }) => words(successful ? undefined : triesLeft, Number(successful)),
    judgeOnce: () => `grub-editenv: next_entry ${grubList(path).next_entry}`,
    exhaust: () => edit(path, "set", "boot_counter=0"),
    async roundTrip() {
      const theirs = `${path}.theirs`;
      copyFileSync(path, theirs);
      edit(theirs, "set", "boot_success=1");
      edit(theirs, "unset", "boot_counter");
      await (await open(null)).apply({ kind: "mark-good", slot: "a" });
      return [digest(path), digest(theirs)];
    },
  };
}

/** grubenv with Fedora's counters, judged by grub-editenv. */
export function greenbootRow(folder: string): Row {
  return {
    scheme: "grubenv",
    style: "greenboot",
    counted: "a",
    make: () => make(folder),
    expected: {
      read: /^grub-editenv: counter 3 success 0$/,
      once: /^grub-editenv: next_entry 1$/,
      "mark good": /^grub-editenv: counter - success 1$/,
      "mark bad": /^grub-editenv: counter 0 success 0$/,
      "set tries": /^grub-editenv: counter 1 success 0$/,
      "last try": /^grub-editenv: counter - success 1$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
