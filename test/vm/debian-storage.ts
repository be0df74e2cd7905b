import { copyFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { debianKernel } from "../../src/build/kernel.ts";
import { run } from "../../src/build/run.ts";
import { debianBuild, initramfsIn, systemImage } from "./debian-build.ts";
import { install, modulesOf, prepareKernel, prepareSystem } from "./debian-install.ts";
import { debianPackage } from "./debian-machine.ts";
import { DebianRoot } from "./debian-root.ts";
import { emptyImage, gptDisk, MIB } from "./gpt-disk.ts";
import { physicalVolume } from "./lvm-volumes.ts";

/** Two slots with these roots, whose counters lie in /state. */
export function configWith(roots: { readonly a: string; readonly b: string }): string {
  const slots = Object.entries(roots).map(
    ([id, root]) => `
[[slot]]
id = "${id}"
label = "Slot ${id.toUpperCase()}"
root = "${root}"
fstype = "erofs"
`,
  );
  return `[boot]
scheme = "counter-file"

[state]
device = "PARTLABEL=state"
create = true
directories = ["var", "home"]
${slots.join("")}`;
}

/** Slots whose roots come out of LVM, the first one through LUKS besides. */
const CONFIG = configWith({ a: "/dev/mapper/root_a", b: "/dev/mapper/pool-root_b" });

/** What volumes take besides what their own hooks bring. */
const VOLUME_MODULES = ["dm_mod", "dm_crypt", "xts", "ecb"];

export const PASSPHRASE = "correct horse";

/** A Debian with cryptsetup, LVM and plymouth in its initramfs. */
export interface DebianStorage {
  readonly kernel: string;
  /** With Holdfast as the package configures it: nothing is said of slots. */
  readonly unconfigured: string;
  /** With the slots on volumes. */
  readonly configured: string;
  /** A root, the volumes with the same root in each, swap, and an empty partition for /state. */
  readonly disk: string;
}

export async function debianStorage(): Promise<DebianStorage> {
  const { release, vmlinuz } = debianKernel("amd64");
  const deb = await debianPackage();
  const own = ["debian-storage.ts", "gpt-disk.ts", "lvm-volumes.ts"];
  const inputs = { text: [], files: [...own.map((name) => join(import.meta.dirname, name)), deb] };
  const build = { kind: "storage", inputs, install: () => installed(deb) } as const;
  return debianBuild(build, async (fileOf) => {
    const initramfs = (root: DebianRoot, out: string) => {
      rmSync(initramfsIn(root), { force: true });
      root.run(`update-initramfs -c -k ${release}`, modulesOf());
      copyFileSync(initramfsIn(root), out);
    };
    const configure = (root: DebianRoot) => root.write("etc/holdfast/config.toml", CONFIG);
    return {
      kernel: vmlinuz,
      unconfigured: await fileOf("debian-storage.initramfs", initramfs),
      configured: await fileOf("debian-storage-slots.initramfs", (root, out) => {
        configure(root);
        initramfs(root, out);
      }),
      disk: await fileOf("debian-storage.img", (root, out) => {
        configure(root);
        layDisk(root, out);
      }),
    };
  });
}

async function installed(deb: string): Promise<DebianRoot> {
  const root = await DebianRoot.create("storage");
  prepareKernel(root, VOLUME_MODULES);
  install(root, deb, null);
  // No volume is there while the image is made, from which cryptsetup's hook would know that it is needed.
  root.write("etc/cryptsetup-initramfs/conf-hook", "CRYPTSETUP=y\n");
  prepareSystem(root);
  return root;
}

function layDisk(root: DebianRoot, image: string): void {
  const part = (name: string) => `${image}.${name}`;
  const names = ["system", "pool", "swap", "state"];
  const partitions = names.map((name) => ({ name, file: part(name) }));
  try {
    systemImage(root, part("system"));
    encrypted(part("luks_a"), part("system"));
    physicalVolume(part("pool"), "pool", [
      { name: "luks_a", file: part("luks_a") },
      { name: "root_b", file: part("system") },
    ]);
    emptyImage(part("swap"), 16);
    run("mkswap", ["-q", part("swap")]);
    emptyImage(part("state"), 96);
    gptDisk(image, partitions);
  } finally {
    for (const name of [...names, "luks_a"]) rmSync(part(name), { force: true });
  }
}

/** Makes a LUKS volume with these bytes in it; cryptsetup needs no device mapper for that. */
export function encrypted(volume: string, bytes: string): void {
  const headers = 32;
  copyFileSync(bytes, volume);
  truncateSync(volume, statSync(volume).size + headers * MIB);
  const cheap = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
  const place = ["--reduce-device-size", `${headers}M`, "--key-file", "-"];
  run(
    "cryptsetup",
    ["reencrypt", "--encrypt", "-q", "--type", "luks2", ...cheap, ...place, volume],
    PASSPHRASE,
  );
}
