import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { openGrubEnv } from "../../../src/boot-control/grubenv.ts";
import { GrubEnvConfig } from "../../../src/config/schemes.ts";
import { grubList } from "../boot-tools.ts";
import { run } from "../tools.ts";
import { digest, type Operation, type Row, type Store } from "./row.ts";
import { orderOf } from "./uboot-env.ts";

export const FRESH = ["ORDER=A B", "A_OK=1", "A_TRY=0", "B_OK=1", "B_TRY=0"];

/** Makes a block with two slots by grub-editenv. */
export function grubMakes(path: string): void {
  run("grub-editenv", [path, "create"]);
  run("grub-editenv", [path, "set", ...FRESH]);
}

/** GRUB has tried slot b: the state that a good mark or a fresh try takes back. */
export function grubTries(path: string, operation: Operation): void {
  if (operation === "mark good" || operation === "set tries") run("grub-editenv", [path, "set", "B_TRY=1"]);
}

function make(folder: string): Store {
  const path = join(folder, "grubenv");
  grubMakes(path);
  const section = GrubEnvConfig().parse({ grubenv: path });
  const open = (booted: string | null) =>
    openGrubEnv(section, { slots: ["a", "b"], counting: "bootloader", freshTries: 1, booted });
  return {
    open,
    judge(slot) {
      const [found, name] = [grubList(path), slot.toUpperCase()];
      return `grub-editenv: ORDER ${found.ORDER} OK ${found[`${name}_OK`]} TRY ${found[`${name}_TRY`]}`;
    },
    told({ health, triesLeft }, state) {
      const tried = health === "trying" && triesLeft === 0 ? 1 : 0;
      return `grub-editenv: ORDER ${orderOf(state)} OK ${health === "bad" ? 0 : 1} TRY ${tried}`;
    },
    prepare: (operation) => grubTries(path, operation),
    exhaust: (slot) => void run("grub-editenv", [path, "set", `${slot.toUpperCase()}_TRY=1`]),
    async roundTrip() {
      const theirs = `${path}.theirs`;
      copyFileSync(path, theirs);
      run("grub-editenv", [theirs, "set", "ORDER=B A"]);
      await (await open(null)).apply({ kind: "select", slot: "b", once: false });
      return [digest(path), digest(theirs)];
    },
  };
}

/** grubenv with RAUC's variables, judged by grub-editenv. */
export function grubenvRow(folder: string): Row {
  return {
    scheme: "grubenv",
    make: () => make(folder),
    expected: {
      read: /^grub-editenv: ORDER A B OK 1 TRY 0$/,
      select: /^grub-editenv: ORDER B A OK 1 TRY 0$/,
      "mark good": /^grub-editenv: ORDER A B OK 1 TRY 0$/,
      "mark bad": /^grub-editenv: ORDER B OK 0 TRY 0$/,
      "set tries": /^grub-editenv: ORDER A B OK 1 TRY 0$/,
      "last try": /^grub-editenv: ORDER A B OK 1 TRY 0$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
