import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { StoreState } from "../../../src/boot-control/boot-control.ts";
import { openRauc } from "../../../src/boot-control/rauc.ts";
import { RaucConfig } from "../../../src/config/schemes.ts";
import type { SlotState } from "../../../src/domain/slot.ts";
import { type RaucSessionOptions, raucConf, raucSession } from "../boot-tools.ts";
import { run } from "../tools.ts";
import { grubMakes, grubTries } from "./grubenv.ts";
import { digest, type Row, type Store } from "./row.ts";

function make(folder: string): Store {
  const path = join(folder, "rauc-grubenv");
  grubMakes(path);
  const conf = raucConf(folder, ["bootloader=grub", `grubenv=${path}`]);
  const section = RaucConfig().parse({ system_conf: conf });
  const open = async (booted: string | null) =>
    (await openRauc(section, { slots: ["a", "b"], counting: "bootloader", booted })).control;
  return {
    open,
    judge: (slot) => raucJudges(conf, slot),
    told: raucTold,
    prepare: (operation) => grubTries(path, operation),
    exhaust: (slot) => void run("grub-editenv", [path, "set", `${slot.toUpperCase()}_TRY=1`]),
    async roundTrip() {
      const start = `${path}.start`;
      copyFileSync(path, start);
      await (await open(null)).apply({ kind: "select", slot: "b", once: false });
      const ours = digest(path);
      copyFileSync(start, path);
      raucSession(conf, "A", ["mark-active other"]);
      return [ours, digest(path)];
    },
  };
}

/** What `rauc status` says of a slot, short. */
export function raucJudges(conf: string, slot: string, run: RaucSessionOptions = {}): string {
  const [status] = raucSession(conf, "A", ["status"], run);
  const primary = status?.primary === "rootfs.0" ? "A" : status?.primary === "rootfs.1" ? "B" : "none";
  const name = slot.toUpperCase();
  return `rauc status: ${name} ${status?.states[name]}, primary ${primary}`;
}

/** The same as Holdfast reads it. */
export function raucTold({ id, health }: SlotState, state: StoreState): string {
  const primary = state.default?.toUpperCase() ?? "none";
  return `rauc status: ${id.toUpperCase()} ${health === "bad" ? "bad" : "good"}, primary ${primary}`;
}

/** rauc with GRUB as its bootloader, judged by RAUC itself as a service on a bus of its own. */
export function raucRow(folder: string): Row {
  return {
    scheme: "rauc",
    style: "grub",
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
