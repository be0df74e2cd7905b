import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openUbootEnv } from "../../../src/boot-control/uboot-env.ts";
import { UbootEnvConfig } from "../../../src/config/schemes.ts";
import { FwTools, mkenvimage } from "../boot-tools.ts";
import { digest, type Row, type Store } from "./row.ts";

const TEXT = "altbootcmd=run b\nboot_part=1\nbootcmd=run a\nbootcount=0\nbootlimit=3\nupgrade_available=1\n";
const PARTS: Readonly<Record<string, string>> = { a: "1", b: "2" };

function words(part: unknown, trial: unknown, count: unknown): string {
  return `fw_printenv: part ${part} trial ${trial} count ${count}`;
}

function make(folder: string): Store {
  const [image, config] = [join(folder, "count.img"), join(folder, "count.config")];
  const env = mkenvimage(folder, TEXT, 0x1000, true);
  writeFileSync(image, Buffer.concat([env, env]));
  const place = (path: string) => `${path} 0x0 0x1000\n${path} 0x1000 0x1000\n`;
  writeFileSync(config, place(image));
  const tools = new FwTools(config);
  const section = UbootEnvConfig().parse({
    fw_env_config: config,
    style: "bootcount",
    slot_variables: { a: { boot_part: "1" }, b: { boot_part: "2" } },
  });
  const open = (booted: string | null) =>
    openUbootEnv(section, { slots: ["a", "b"], counting: "bootloader", freshTries: 3, booted });
  return {
    open,
    judge() {
      const found = tools.variables();
      return words(found.boot_part, found.upgrade_available, found.bootcount);
    },
    told(_, { slots }) {
      const chosen = slots.find((slot) => slot.health !== "unknown");
      return words(PARTS[chosen?.id ?? ""], Number(chosen?.successful === false), chosen?.triesDone);
    },
    exhaust: () => tools.set({ bootcount: "3" }),
    async roundTrip() {
      const theirs = `${image}.fw`;
      copyFileSync(image, theirs);
      writeFileSync(`${config}.fw`, place(theirs));
      new FwTools(`${config}.fw`).set({ bootcount: "0", upgrade_available: "0" });
      await (await open(null)).apply({ kind: "mark-good", slot: "a" });
      return [digest(image), digest(theirs)];
    },
  };
}

/** uboot-env with U-Boot's own boot counter, judged by fw_printenv. */
export function bootcountRow(folder: string): Row {
  return {
    scheme: "uboot-env",
    style: "bootcount",
    counted: "a",
    make: () => make(folder),
    expected: {
      read: /^fw_printenv: part 1 trial 1 count 0$/,
      select: /^fw_printenv: part 2 trial 1 count 0$/,
      "mark good": /^fw_printenv: part 1 trial 0 count 0$/,
      "mark bad": /^fw_printenv: part 1 trial 1 count 4$/,
      "set tries": /^fw_printenv: part 1 trial 1 count 2$/,
      "last try": /^fw_printenv: part 1 trial 0 count 0$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
