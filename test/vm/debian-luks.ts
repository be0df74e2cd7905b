import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { debianKernel } from "../../src/build/kernel.ts";
import { run } from "../../src/build/run.ts";
import { debianBuild, initramfsIn, systemImage } from "./debian-build.ts";
import { dracut, install, modulesOf, prepareKernel, prepareSystem } from "./debian-install.ts";
import { type DebianMachine, debianPackage } from "./debian-machine.ts";
import { DebianRoot } from "./debian-root.ts";
import { configWith, encrypted } from "./debian-storage.ts";
import { emptyImage, gptDisk } from "./gpt-disk.ts";

/** Slot A in a LUKS volume, slot B as it is. */
const CONFIG = configWith({ a: "/dev/mapper/root_a", b: "PARTLABEL=root_b" });

/** By which systemd's word for LUKS volumes names that one. */
export const LUKS_UUID = "6f6c6466-6173-4074-8000-0000000000d3";

/** A Debian with systemd, cryptsetup and plymouth in dracut's initramfs, and a slot in a LUKS volume. */
export async function debianLuks(): Promise<Pick<DebianMachine, "kernel" | "initramfs" | "disk">> {
  const deb = await debianPackage();
  const own = ["debian-luks.ts", "debian-storage.ts", "gpt-disk.ts"];
  const inputs = { text: [], files: [...own.map((name) => join(import.meta.dirname, name)), deb] };
  const build = { kind: "dracut-luks", inputs, install: () => installed(deb) } as const;
  return debianBuild(build, async (fileOf) => ({
    kernel: debianKernel("amd64").vmlinuz,
    initramfs: await fileOf("debian-luks.initramfs", (root, out) => copyFileSync(initramfsIn(root), out)),
    disk: await fileOf("debian-luks.img", layDisk),
  }));
}

async function installed(deb: string): Promise<DebianRoot> {
  const root = await DebianRoot.create("dracut-luks");
  prepareKernel(root);
  install(root, deb, CONFIG);
  const words = {
    systemd: true,
    add: ["holdfast", "crypt", "plymouth"],
    drivers: ["dm_crypt", "xts", "ecb"],
  };
  root.run(dracut(words), modulesOf());
  prepareSystem(root);
  return root;
}

function layDisk(root: DebianRoot, image: string): void {
  const names = ["root_a", "root_b", "state"];
  const part = (name: string) => `${image}.${name}`;
  try {
    systemImage(root, part("root_b"));
    encrypted(part("root_a"), part("root_b"));
    run("cryptsetup", ["luksUUID", "-q", `--uuid=${LUKS_UUID}`, part("root_a")]);
    emptyImage(part("state"), 96);
    gptDisk(
      image,
      names.map((name) => ({ name, file: part(name) })),
    );
  } finally {
    for (const name of names) rmSync(part(name), { force: true });
  }
}
