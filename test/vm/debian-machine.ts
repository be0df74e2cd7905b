import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildBinary } from "../../src/build/binary.ts";
import { binaryFor, distOf } from "../../src/build/build-place.ts";
import { cachedFile, filesBelow, type Inputs } from "../../src/build/cached.ts";
import { buildDebianPackage } from "../../src/build/debian-package.ts";
import { type DemoSlot, type DemoState, demoConfig } from "../../src/build/demo-slots.ts";
import { diskImage } from "../../src/build/disk-image.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { HOST } from "../../src/build/target.ts";
import { type Flavour, installedDebian, kindOf } from "./debian-install.ts";
import { type DebianRoot, debianTar } from "./debian-root.ts";

/** Made anew by Holdfast at the first start, with the directories that this system writes to. */
const STATE: DemoState = {
  toml: 'create = true\ndirectories = ["var", "home"]\n',
  mib: 96,
  blank: true,
};

/** Both slots hold the same image: what tells them apart is the partition. */
const SLOTS: readonly DemoSlot[] = [
  { id: "a", version: "12", kernel: "amd64", counters: { priority: 2, tries: 0, successful: true } },
  { id: "b", version: "12", kernel: "amd64", counters: { priority: 1, tries: 3, successful: false } },
];

/** The Debian package as the tests install it, made once for the same sources. */
export async function debianPackage(): Promise<string> {
  await buildBinary(binaryFor(HOST));
  const inputs = { text: [], files: packageInputs() };
  return cachedFile("holdfast.deb", inputs, (out) => buildDebianPackage({ arch: HOST, level: 1, out }));
}

function packageInputs(): string[] {
  const sources = ["debian-package.ts", "system-tree.ts"].map((name) => join(PROJECT, "src/build", name));
  const hooks = filesBelow(join(PROJECT, "initramfs-hooks")).filter((file) => !file.endsWith(".md"));
  return [join(distOf(binaryFor(HOST)), ".stamp"), join(PROJECT, "package.json"), ...hooks, ...sources];
}

/** Files of a Debian. */
export interface DebianFiles {
  readonly kernel: string;
  readonly initramfs: string;
  /** The root's file system, the same in both slots. */
  readonly root: string;
}

/** Files of a Debian machine, to start it with; the disk is copied before it is used. */
export interface DebianMachine extends DebianFiles {
  readonly disk: string;
}

export interface DebianOptions {
  readonly flavour?: Flavour;
  /** False for a Debian as it is without Holdfast's package. */
  readonly holdfast?: boolean;
  /** Who takes an ordinary start to the root: boot.ordinary. */
  readonly ordinary?: "holdfast" | "generator";
}

/** A Debian with both slots and an initramfs of its own. */
export async function debianMachine(options: DebianOptions = {}): Promise<DebianMachine> {
  const files = await debianFiles(options);
  const roots = new Map(SLOTS.map(({ id }) => [id, files.root]));
  const name = `debian-${nameOf(options)}.img`;
  return {
    ...files,
    disk: await diskImage({ name, slots: SLOTS, roots, state: STATE, vmlinuz: files.kernel }),
  };
}

function nameOf({ flavour = "initramfs-tools", holdfast = true, ordinary }: DebianOptions): string {
  return `${flavour}${holdfast ? "" : "-plain"}${ordinary === "generator" ? "-ordinary" : ""}`;
}

/** What Debian's package management makes of that: its root, and the initramfs out of its /boot. */
export async function debianFiles(options: DebianOptions = {}): Promise<DebianFiles> {
  const { flavour = "initramfs-tools", holdfast = true } = options;
  const byGenerator = options.ordinary === "generator";
  const kernel = debianKernel("amd64");
  const name = nameOf(options);
  const deb = await debianPackage();
  const inputs: Inputs = {
    text: [kernel.release, name, JSON.stringify([SLOTS, STATE])],
    files: [
      import.meta.filename,
      ...["debian-install.ts", "debian-root.ts"].map((each) => join(import.meta.dirname, each)),
      join(PROJECT, "src/build/demo-root/agent.sh"),
      await debianTar(kindOf(flavour)),
      deb,
    ],
  };
  let debian: DebianRoot | null = null;
  const made = async () => {
    const installed = holdfast ? { deb, config: configOf(flavour, byGenerator) } : null;
    debian ??= await installedDebian(flavour, installed, !holdfast || byGenerator);
    return debian;
  };
  try {
    const initramfs = await cachedFile(`debian-${name}.initramfs`, inputs, async (out) => {
      copyFileSync((await made()).path(`boot/initrd.img-${kernel.release}`), out);
    });
    const root = await cachedFile(`debian-${name}.erofs`, inputs, async (out) => {
      const { folder } = await made();
      rmSync(join(folder, `boot/initrd.img-${kernel.release}`));
      const uuid = "-U6f6c6466-6173-4074-8000-0000000000d1";
      run("mkfs.erofs", ["-zlz4", "-C65536", "-T0", uuid, "--quiet", out, folder]);
    });
    return { kernel: kernel.vmlinuz, initramfs, root };
  } finally {
    (debian as DebianRoot | null)?.remove();
  }
}

/** An initramfs with systemd is for unified kernel images under systemd-boot, the others for a store in the GPT. */
function configOf(flavour: Flavour, byGenerator: boolean): string {
  if (flavour === "dracut-systemd") return UKI_CONFIG;
  const config = demoConfig(SLOTS, "chromeos-gpt", STATE);
  return byGenerator ? config.replace("[boot]\n", BY_GENERATOR) : config;
}

const BY_GENERATOR = '[boot]\ncounting = "bootloader"\nordinary = "generator"\n';

const UKI_CONFIG = `[boot]
scheme = "systemd-boot"

[state]
device = "PARTLABEL=state"
${STATE.toml}${SLOTS.map(
  ({ id }) => `
[[slot]]
id = "${id}"
label = "Slot ${id.toUpperCase()}"
entry = "debian-${id}.efi"
root = "PARTLABEL=root_${id}"
fstype = "erofs"
`,
).join("")}`;
