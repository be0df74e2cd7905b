import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { buildBinary } from "../../src/build/binary.ts";
import { binaryFor, distOf } from "../../src/build/build-place.ts";
import { cachedFile, filesBelow } from "../../src/build/cached.ts";
import { buildDebianPackage } from "../../src/build/debian-package.ts";
import { type DemoSlot, type DemoState, demoConfig } from "../../src/build/demo-slots.ts";
import { diskImage } from "../../src/build/disk-image.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { HOST } from "../../src/build/target.ts";
import { debianBuild, initramfsIn, systemImage } from "./debian-build.ts";
import { type Flavour, installedDebian, kindOf } from "./debian-install.ts";

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
  const name = nameOf(options);
  const deb = await debianPackage();
  const inputs = { text: [name, JSON.stringify([SLOTS, STATE])], files: [import.meta.filename, deb] };
  const installed = holdfast ? { deb, config: configOf(flavour, byGenerator) } : null;
  const install = () => installedDebian(flavour, installed, !holdfast || byGenerator);
  return debianBuild({ kind: kindOf(flavour), inputs, install }, async (fileOf) => ({
    kernel: debianKernel("amd64").vmlinuz,
    initramfs: await fileOf(`debian-${name}.initramfs`, (root, out) => copyFileSync(initramfsIn(root), out)),
    root: await fileOf(`debian-${name}.erofs`, systemImage),
  }));
}

/** An initramfs with systemd is for unified kernel images under systemd-boot, the others for a store in the GPT. */
export function configOf(flavour: Flavour = "initramfs-tools", byGenerator = false): string {
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
