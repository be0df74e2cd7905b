import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
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
import { DebianRoot, debianTar, type Generator } from "./debian-root.ts";

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

/** The tests' agent in the running system, and where it can be asked in the initramfs. */
const AGENT_UNIT = `[Unit]
Description=The tests' agent
DefaultDependencies=no
After=local-fs.target

[Service]
ExecStart=/bin/sh /usr/lib/demo/agent.sh
`;

/** A check that fails in the slots that the kernel command line names: demo.unhealthy=a. */
const HEALTH_CHECK = `#!/bin/sh
! grep -q "demo.unhealthy=$(sed -n 's/.*"slot": "\\(.*\\)".*/\\1/p' /run/holdfast/boot.json)" /proc/cmdline
`;

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

/** Files of a Debian machine, to start it with; the disk is copied before it is used. */
export interface DebianMachine {
  readonly kernel: string;
  readonly initramfs: string;
  readonly disk: string;
}

/** What makes the initramfs, and what runs in it. */
export type Flavour = "initramfs-tools" | "dracut" | "dracut-systemd";

export interface DebianOptions {
  readonly flavour?: Flavour;
  /** False for a Debian as it is without Holdfast's package. */
  readonly holdfast?: boolean;
}

/** A Debian with both slots and an initramfs of its own. */
export async function debianMachine(options: DebianOptions = {}): Promise<DebianMachine> {
  const { flavour = "initramfs-tools", holdfast = true } = options;
  const kernel = debianKernel("amd64");
  const name = `${flavour}${holdfast ? "" : "-plain"}`;
  const deb = await debianPackage();
  const inputs: Inputs = {
    text: [kernel.release, name, AGENT_UNIT, HEALTH_CHECK, JSON.stringify([SLOTS, STATE])],
    files: [
      import.meta.filename,
      join(import.meta.dirname, "debian-root.ts"),
      join(PROJECT, "src/build/demo-root/agent.sh"),
      await debianTar(generatorOf(flavour)),
      deb,
    ],
  };
  let root: DebianRoot | null = null;
  const made = async () => {
    root ??= await installed(flavour, holdfast ? deb : null);
    return root;
  };
  try {
    const initramfs = await cachedFile(`debian-${name}.initramfs`, inputs, async (out) => {
      copyFileSync((await made()).path(`boot/initrd.img-${kernel.release}`), out);
    });
    const image = await cachedFile(`debian-${name}.erofs`, inputs, async (out) => {
      const { folder } = await made();
      rmSync(join(folder, `boot/initrd.img-${kernel.release}`));
      const uuid = "-U6f6c6466-6173-4074-8000-0000000000d1";
      run("mkfs.erofs", ["-zlz4", "-C65536", "-T0", uuid, "--quiet", out, folder]);
    });
    const roots = new Map(SLOTS.map(({ id }) => [id, image]));
    const disk = { name: `debian-${name}.img`, slots: SLOTS, roots, state: STATE, vmlinuz: kernel.vmlinuz };
    return { kernel: kernel.vmlinuz, initramfs, disk: await diskImage(disk) };
  } finally {
    (root as DebianRoot | null)?.remove();
  }
}

function generatorOf(flavour: Flavour): Generator {
  return flavour === "initramfs-tools" ? flavour : "dracut";
}

/** A root with its initramfs in /boot, as `apt install` would leave it. */
async function installed(flavour: Flavour, deb: string | null): Promise<DebianRoot> {
  const root = await DebianRoot.create(generatorOf(flavour));
  prepareKernel(root);
  if (deb !== null) install(root, deb);
  root.run(commandOf(flavour), modulesOf());
  prepareSystem(root);
  return root;
}

/** Modules that a disk of the tests takes. */
const DRIVERS = ["virtio_pci", "virtio_blk", "erofs", "ext4", "crc32c_generic"];

/** What makes the initramfs; with few modules and little compression, for the sake of time. */
function commandOf(flavour: Flavour): string {
  const { release } = debianKernel("amd64");
  if (flavour === "initramfs-tools") return `update-initramfs -c -k ${release}`;
  const systemd = flavour === "dracut" ? "systemd systemd-initrd dracut-systemd" : "";
  const omitted = `kernel-modules kernel-modules-extra kernel-network-modules ${systemd}`;
  const words = `--force --no-hostonly --kver ${release} --compress 'zstd -q -1'`;
  const modules = `--add holdfast --omit '${omitted}' --add-drivers '${DRIVERS.join(" ")}'`;
  return `dracut ${words} ${modules} /boot/initrd.img-${release}`;
}

/** Where the root finds the modules of the kernel while its initramfs is made. */
export function modulesOf(): Record<string, string> {
  const { modulesDir, release } = debianKernel("amd64");
  return { [`usr/lib/modules/${release}`]: modulesDir };
}

/** What the kernel's package would have in /boot, and the settings of initramfs-tools. */
export function prepareKernel(root: DebianRoot): void {
  const { vmlinuz, release } = debianKernel("amd64");
  copyFileSync(vmlinuz.replace("vmlinuz-", "config-"), root.path(`boot/config-${release}`));
  mkdirSync(root.path(`usr/lib/modules/${release}`), { recursive: true });
  root.write("etc/initramfs-tools/conf.d/tests", "MODULES=list\nCOMPRESS=zstd\nCOMPRESSLEVEL=1\n");
  root.write("etc/initramfs-tools/modules", `${DRIVERS.join("\n")}\n`);
}

/** Installs Holdfast's package with dpkg and configures it; the administrator's file is there before. */
export function install(root: DebianRoot, deb: string): void {
  copyFileSync(deb, root.path("holdfast.deb"));
  root.run("dpkg -i --force-confold /holdfast.deb; rm /holdfast.deb");
  root.write("etc/holdfast/config.toml", demoConfig(SLOTS, "chromeos-gpt", STATE));
}

/** What the running system of the tests has besides. */
function prepareSystem(root: DebianRoot): void {
  const { modulesDir, release } = debianKernel("amd64");
  for (const file of readdirSync(modulesDir).filter((name) => name.startsWith("modules.builtin"))) {
    cpSync(join(modulesDir, file), root.path(`usr/lib/modules/${release}/${file}`));
  }
  root.write("usr/lib/systemd/system/test-agent.service", AGENT_UNIT);
  mkdirSync(root.path("usr/lib/systemd/system/sysinit.target.wants"), { recursive: true });
  symlinkSync(
    "../test-agent.service",
    root.path("usr/lib/systemd/system/sysinit.target.wants/test-agent.service"),
  );
  cpSync(join(PROJECT, "src/build/demo-root/agent.sh"), root.path("usr/lib/demo/agent.sh"), {
    recursive: true,
  });
  root.write("usr/lib/holdfast/health.d/required.d/50-of-tests", HEALTH_CHECK, 0o755);
  root.write("etc/machine-id", "");
  root.write("etc/fstab", "");
  mkdirSync(root.path("state"), { recursive: true });
}
