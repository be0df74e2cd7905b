import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRauc } from "../../../src/boot-control/rauc.ts";
import { RaucConfig } from "../../../src/config/schemes.ts";
import { FwTools, mkenvimage, raucConf, raucSession } from "../boot-tools.ts";
import { raucJudges, raucTold } from "./rauc.ts";
import { digest, type Row, type Store } from "./row.ts";

function make(parent: string): Store {
  const folder = join(parent, "rauc-uboot");
  mkdirSync(folder, { recursive: true });
  const [image, config] = [join(folder, "env.img"), join(folder, "fw_env.config")];
  const env = mkenvimage(folder, "BOOT_A_LEFT=3\nBOOT_B_LEFT=3\nBOOT_ORDER=A B\n", 0x1000, true);
  writeFileSync(image, Buffer.concat([env, env]));
  writeFileSync(config, `${image} 0x0 0x1000\n${image} 0x1000 0x1000\n`);
  const tools = new FwTools(config);
  const path = tools.wrappersIn(join(folder, "bin"));
  const conf = raucConf(folder, ["bootloader=uboot"]);
  const section = RaucConfig().parse({ system_conf: conf, fw_env_config: config });
  const open = async (booted: string | null) =>
    (await openRauc(section, { slots: ["a", "b"], counting: "bootloader", booted })).control;
  return {
    open,
    judge: (slot) => raucJudges(conf, slot, { path }),
    told: raucTold,
    prepare(operation) {
      if (operation === "mark good" || operation === "set tries") tools.set({ BOOT_B_LEFT: "0" });
    },
    exhaust: (slot) => tools.set({ [`BOOT_${slot.toUpperCase()}_LEFT`]: "0" }),
    async roundTrip() {
      const start = `${image}.start`;
      copyFileSync(image, start);
      // RAUC writes its variables one after the other, so that not the bytes are the same but what they say.
      await (await open(null)).apply({ kind: "select", slot: "b", once: false });
      const said = () => {
        writeFileSync(`${image}.said`, JSON.stringify(tools.variables()));
        return digest(`${image}.said`);
      };
      const ours = said();
      copyFileSync(start, image);
      raucSession(conf, "A", ["mark-active other"], { path });
      return [ours, said()];
    },
  };
}

/** rauc with U-Boot's environment, judged by RAUC itself over the real fw_printenv and fw_setenv. */
export function raucUbootRow(folder: string): Row {
  return {
    scheme: "rauc",
    style: "uboot",
    make: () => make(folder),
    expected: {
      read: /^rauc status: A good, primary A$/,
      select: /^rauc status: B good, primary B$/,
      "mark good": /^rauc status: B good, primary A$/,
      "mark bad": /^rauc status: A bad, primary B$/,
      "set tries": /^rauc status: B good, primary A$/,
      "last try": /^rauc status: A good, primary A$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
