import { copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { debianKernel } from "../../src/build/kernel.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { systemdBoot } from "../../src/build/tools.ts";
import { prepareOpenrc } from "./debian-openrc.ts";
import { type DebianKind, DebianRoot } from "./debian-root.ts";

/** What makes the initramfs, and what runs in it; with OpenRC, initramfs-tools and another init behind it. */
export type Flavour = "initramfs-tools" | "dracut" | "dracut-systemd" | "openrc";

/** The root that such an initramfs is made in. */
export function kindOf(flavour: Flavour): DebianKind {
  return flavour === "dracut-systemd" ? "dracut" : flavour;
}

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

/** What of Holdfast is in a Debian of the tests. */
export interface Installed {
  readonly deb: string;
  readonly config: string;
}

/**
 * A root with its initramfs in /boot, as `apt install` would leave it. `mountsState`: by /etc/fstab, as where no
 * Holdfast does it.
 */
export async function installedDebian(
  flavour: Flavour,
  holdfast: Installed | null,
  mountsState: boolean,
): Promise<DebianRoot> {
  const root = await DebianRoot.create(kindOf(flavour));
  prepareKernel(root);
  if (holdfast !== null) install(root, holdfast.deb, holdfast.config);
  root.run(commandOf(flavour, holdfast !== null), modulesOf());
  prepareSystem(root);
  if (mountsState) root.write("etc/fstab", STATE_MOUNTS);
  if (flavour === "dracut-systemd") prepareBlessing(root);
  if (flavour === "openrc") prepareOpenrc(root);
  return root;
}

/** What Holdfast would mount. */
const STATE_MOUNTS = `PARTLABEL=state /state ext4 nosuid,nodev,noatime 0 0
/state/var /var none bind 0 0
/state/home /home none bind 0 0
`;

/** Modules that a disk of the tests takes. */
const DRIVERS = ["virtio_pci", "virtio_blk", "erofs", "ext4", "crc32c_generic"];

/** What makes the initramfs. */
function commandOf(flavour: Flavour, holdfast: boolean): string {
  const { release } = debianKernel("amd64");
  if (kindOf(flavour) !== "dracut") return `update-initramfs -c -k ${release}`;
  return dracut({ systemd: flavour === "dracut-systemd", add: holdfast ? ["holdfast"] : [] });
}

/** How dracut is started: with few modules and little compression, for the sake of time. */
export function dracut(options: {
  readonly systemd: boolean;
  readonly add: readonly string[];
  readonly drivers?: readonly string[];
}): string {
  const { release } = debianKernel("amd64");
  const systemd = options.systemd ? "" : "systemd systemd-initrd dracut-systemd";
  const omitted = `kernel-modules kernel-modules-extra kernel-network-modules ${systemd}`;
  const drivers = [...DRIVERS, ...(options.drivers ?? [])].join(" ");
  const words = `--force --no-hostonly --kver ${release} --compress 'zstd -q -1'`;
  const modules = `--add '${options.add.join(" ")}' --omit '${omitted}' --add-drivers '${drivers}'`;
  return `dracut ${words} ${modules} /boot/initrd.img-${release}`;
}

/** Where the root finds the modules of the kernel while its initramfs is made. */
export function modulesOf(): Record<string, string> {
  const { modulesDir, release } = debianKernel("amd64");
  return { [`usr/lib/modules/${release}`]: modulesDir };
}

/** What the kernel's package would have in /boot, and the settings of initramfs-tools, with `more` modules. */
export function prepareKernel(root: DebianRoot, more: readonly string[] = []): void {
  const { vmlinuz, release } = debianKernel("amd64");
  copyFileSync(vmlinuz.replace("vmlinuz-", "config-"), root.path(`boot/config-${release}`));
  mkdirSync(root.path(`usr/lib/modules/${release}`), { recursive: true });
  root.write("etc/initramfs-tools/conf.d/tests", "MODULES=list\nCOMPRESS=zstd\nCOMPRESSLEVEL=1\n");
  root.write("etc/initramfs-tools/modules", `${[...DRIVERS, ...more].join("\n")}\n`);
}

/** Installs Holdfast's package with dpkg; null leaves the configuration as it comes. */
export function install(root: DebianRoot, deb: string, config: string | null): void {
  copyFileSync(deb, root.path("holdfast.deb"));
  root.run("dpkg -i --force-confold /holdfast.deb; rm /holdfast.deb");
  if (config !== null) root.write("etc/holdfast/config.toml", config);
}

/** systemd's own blessing of a start that systemd-boot counted, and the ESP where that looks for it. */
function prepareBlessing(root: DebianRoot): void {
  const units = ["systemd-bless-boot", "system/systemd-bless-boot.service"];
  for (const name of [...units, "system-generators/systemd-bless-boot-generator"])
    copyFileSync(systemdBoot().path(`lib/systemd/${name}`), root.path(`usr/lib/systemd/${name}`));
  root.write("etc/fstab", "PARTLABEL=esp /efi vfat umask=0077 0 0\n");
  mkdirSync(root.path("efi"));
}

/** What the running system of the tests has besides. */
export function prepareSystem(root: DebianRoot): void {
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
