import { rmSync } from "node:fs";
import { join } from "node:path";
import { openRauc } from "../../../src/boot-control/rauc.ts";
import { RaucConfig } from "../../../src/config/schemes.ts";
import { EFIVARS } from "../../../src/linux/efivars-folder.ts";
import { bootVariableIn, craftBootOption, fakeBootVariables } from "../../fixtures/boot-options.ts";
import { raucConf, raucSession } from "../boot-tools.ts";
import { run } from "../tools.ts";
import { raucJudges, raucTold } from "./rauc.ts";
import { digest, type Row, type Store } from "./row.ts";

/** What efibootmgr is told by: it takes any folder for efivarfs. */
const folderOf = (efivars: string) => ({ EFIVARFS_PATH: `${efivars}/` });

function make(folder: string): Store {
  const root = join(folder, "rauc-efi");
  rmSync(root, { recursive: true, force: true });
  const efivars = fakeBootVariables(join(root, EFIVARS), {
    Boot0000: craftBootOption("UEFI Shell"),
    Boot0001: craftBootOption("A"),
    Boot000A: craftBootOption("B"),
  });
  const env = folderOf(efivars);
  const efibootmgr = (...words: string[]) =>
    run("env", [...Object.entries(env).map((pair) => pair.join("=")), "efibootmgr", ...words]);
  efibootmgr("--bootorder", "0001,000A,0000");
  const conf = raucConf(root, ["bootloader=efi", "efi-use-bootnext=false"]);
  const section = RaucConfig().parse({ system_conf: "/system.conf" });
  const open = async (booted: string | null) =>
    (await openRauc(section, { slots: ["a", "b"], counting: "bootloader", booted, root })).control;
  const order = bootVariableIn(efivars, "BootOrder");
  return {
    open,
    judge: (slot) => raucJudges(conf, slot, { env }),
    told: raucTold,
    judgeOnce: () => `efibootmgr: ${/^BootNext: .*$/m.exec(efibootmgr())?.[0]}`,
    prepare(operation) {
      if (operation === "mark good") efibootmgr("--bootorder", "0001,0000");
    },
    async roundTrip() {
      await (await open(null)).apply({ kind: "select", slot: "b", once: false });
      const ours = digest(order);
      efibootmgr("--bootorder", "0001,000A,0000");
      raucSession(conf, "A", ["mark-active other"], { env });
      return [ours, digest(order)];
    },
  };
}

/** rauc with the firmware's boot order, judged by RAUC itself over the real efibootmgr on a fake efivarfs. */
export function raucEfiRow(folder: string): Row {
  return {
    scheme: "rauc",
    style: "efi",
    make: () => make(folder),
    expected: {
      read: /^rauc status: A good, primary A$/,
      select: /^rauc status: B good, primary B$/,
      once: /^efibootmgr: BootNext: 000A$/,
      "mark good": /^rauc status: B good, primary A$/,
      "mark bad": /^rauc status: A bad, primary B$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
