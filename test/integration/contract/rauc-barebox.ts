import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { openRauc } from "../../../src/boot-control/rauc.ts";
import { RaucConfig } from "../../../src/config/schemes.ts";
import { bareboxState } from "../barebox-state.ts";
import { raucConf, raucSession } from "../boot-tools.ts";
import { raucJudges, raucTold } from "./rauc.ts";
import { digest, type Row, type Store } from "./row.ts";

function make(parent: string): Store {
  const folder = join(parent, "rauc-barebox");
  mkdirSync(folder, { recursive: true });
  const { image, deviceTree, path, tool, set } = bareboxState(folder);
  const conf = raucConf(folder, ["bootloader=barebox", `barebox-dtbpath=${deviceTree}`]);
  const section = RaucConfig().parse({ system_conf: conf, barebox_state: tool });
  const open = async (booted: string | null) =>
    (await openRauc(section, { slots: ["a", "b"], counting: "bootloader", booted })).control;
  return {
    open,
    judge: (slot) => raucJudges(conf, slot, { path }),
    told: raucTold,
    prepare(operation) {
      if (operation === "mark good" || operation === "set tries") set("bootstate.B.remaining_attempts=0");
    },
    exhaust: (slot) => set(`bootstate.${slot.toUpperCase()}.remaining_attempts=0`),
    async roundTrip() {
      const start = `${image}.start`;
      copyFileSync(image, start);
      await (await open(null)).apply({ kind: "select", slot: "b", once: false });
      const ours = digest(image);
      copyFileSync(start, image);
      raucSession(conf, "A", ["mark-active other"], { path });
      return [ours, digest(image)];
    },
  };
}

/** rauc with barebox's state, judged by RAUC itself over the real barebox-state. */
export function raucBareboxRow(folder: string): Row {
  return {
    scheme: "rauc",
    style: "barebox",
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
