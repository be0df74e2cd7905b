import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoreState } from "../../../src/boot-control/boot-control.ts";
import { openUbootEnv } from "../../../src/boot-control/uboot-env.ts";
import { UbootEnvConfig } from "../../../src/config/schemes.ts";
import { FwTools, mkenvimage } from "../boot-tools.ts";
import { digest, type Row, type Store } from "./row.ts";

const TEXT = "BOOT_A_LEFT=3\nBOOT_B_LEFT=3\nBOOT_ORDER=A B\n";

/** Bootnames that are in the order, the first to boot in front. */
export function orderOf({ slots }: StoreState): string {
  const ordered = slots.filter((slot) => slot.priority !== 0);
  const sorted = ordered.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  return sorted.map((slot) => slot.id.toUpperCase()).join(" ");
}

function make(folder: string): Store {
  const [image, config] = [join(folder, "uboot.img"), join(folder, "fw_env.config")];
  const env = mkenvimage(folder, TEXT, 0x1000, true);
  writeFileSync(image, Buffer.concat([env, env]));
  const place = (path: string) => `${path} 0x0 0x1000\n${path} 0x1000 0x1000\n`;
  writeFileSync(config, place(image));
  const tools = new FwTools(config);
  const section = UbootEnvConfig().parse({ fw_env_config: config });
  const open = (booted: string | null) =>
    openUbootEnv(section, { slots: ["a", "b"], counting: "bootloader", freshTries: 3, booted });
  return {
    open,
    judge(slot) {
      const found = tools.variables();
      return `fw_printenv: ORDER ${found.BOOT_ORDER} LEFT ${found[`BOOT_${slot.toUpperCase()}_LEFT`]}`;
    },
    told: (slot, state) => `fw_printenv: ORDER ${orderOf(state)} LEFT ${slot.triesLeft}`,
    prepare(operation) {
      if (operation === "mark good") tools.set({ BOOT_B_LEFT: "1" });
    },
    exhaust: (slot) => tools.set({ [`BOOT_${slot.toUpperCase()}_LEFT`]: "0" }),
    async roundTrip() {
      const theirs = `${image}.fw`;
      copyFileSync(image, theirs);
      writeFileSync(`${config}.fw`, place(theirs));
      new FwTools(`${config}.fw`).set({ BOOT_B_LEFT: "1" });
      await (await open(null)).apply({ kind: "set-tries", slot: "b", tries: 1 });
      return [digest(image), digest(theirs)];
    },
  };
}

/** uboot-env with RAUC's variables, redundant, judged by fw_printenv. */
export function ubootEnvRow(folder: string): Row {
  return {
    scheme: "uboot-env",
    make: () => make(folder),
    expected: {
      read: /^fw_printenv: ORDER A B LEFT 3$/,
      select: /^fw_printenv: ORDER B A LEFT 3$/,
      "mark good": /^fw_printenv: ORDER A B LEFT 3$/,
      "mark bad": /^fw_printenv: ORDER B LEFT 0$/,
      "set tries": /^fw_printenv: ORDER A B LEFT 1$/,
      "last try": /^fw_printenv: ORDER A B LEFT 3$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
