import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { clearImmutable } from "../../src/linux/file-flags.ts";
import { ALPINE_FILES } from "../fixtures/systems/alpine.ts";
import { nixosFamily, toplevelOf } from "../fixtures/systems/nixos.ts";
import { makeComposefs } from "../integration/families/composefs-image.ts";
import { makeSysroot, release } from "../integration/families/ostree-sysroot.ts";
import { attach, makeSystem } from "../integration/families/row.ts";
import { makeSnapshots } from "../integration/families/snapshots.ts";
import { appendPartition, fatImage, gptDisk } from "./gpt-disk.ts";

/** Programs of the systems, all of them busybox. */
const PROGRAMS =
  "sh cat stty base64 kill mount umount touch reboot sync sleep printf tr ls grep head sed test";

/** What every system of the tests does: says who it is and what it may write, then answers the tests' agent. */
const START = `export PATH=/usr/bin
can() { echo "$1 $(touch $1/x 2>&- && echo writable || echo read-only)"; }
echo "This is $1: $(can /usr), $(can /etc), $(can /var)" >/dev/console
sh /usr/lib/agent.sh &
while :; do sleep 1000; done
`;

/** Gives a tree with busybox in /usr/bin the programs, and an init that is called so. */
function furnish(tree: string, init: string, name: string): void {
  for (const program of PROGRAMS.split(" ")) symlinkSync("busybox", join(tree, "usr/bin", program));
  copyFileSync(join(PROJECT, "src/build/demo-root/agent.sh"), join(tree, "usr/lib/agent.sh"));
  writeFileSync(join(tree, "usr/lib/start.sh"), START);
  writeFileSync(join(tree, init), `#!/usr/bin/busybox sh\n. /usr/lib/start.sh "${name}"\n`);
  chmodSync(join(tree, init), 0o755);
}

function bootable(family: string) {
  return (tree: string, version: string, kernel: string) => {
    makeSystem(tree, version, kernel);
    furnish(tree, "usr/sbin/init", `${family} ${version}`);
  };
}

/** A kernel that can be started, with an initramfs for it. */
export interface BootableKernel {
  readonly release: string;
  readonly kernel: string;
  readonly initramfs: string;
}

/**
 * Puts an OSTree sysroot behind the partitions of a disk; ostree made it. Answers the words that start 24.2. Where
 * `other` is there, it is the kernel of 24.1, and 24.2 has a composefs image for its root.
 */
export function addOstree(disk: string, folder: string, kernel: string, other?: BootableKernel): string {
  const [sysroot, image] = [join(folder, "sysroot"), join(folder, "ostree.img")];
  const make = bootable("OSTree");
  makeSysroot(sysroot, join(folder, "ostree-tree"), {
    kernel,
    ...(other && { old: other.release }),
    make(tree, version, release) {
      make(tree, version, release);
      if (release !== other?.release) return;
      copyFileSync(other.kernel, join(tree, `usr/lib/modules/${release}/vmlinuz`));
      copyFileSync(other.initramfs, join(tree, `usr/lib/modules/${release}/initramfs.img`));
    },
  });
  const entry = readFileSync(join(sysroot, "boot/loader/entries/ostree-2-test.conf"), "utf8");
  const [word = "", path = ""] = /ostree=(\S+)/.exec(entry) ?? [];
  const deployment = realpathSync(join(sysroot, path));
  if (other !== undefined) {
    clearImmutable(deployment);
    const objects = join(sysroot, "ostree/repo/objects");
    makeComposefs(join(deployment, ".ostree.cfs"), deployment, objects, join(folder, "composefs"));
  }
  run("mke2fs", ["-q", "-t", "ext4", "-d", sysroot, image, other === undefined ? "256M" : "512M"]);
  release(sysroot);
  // It is no slot for its type.
  appendPartition(disk, "ostree", image, ROOT_TYPE);
  return word;
}

/** The type of a root in the Discoverable Partitions Specification, which says nothing of whose it is. */
const ROOT_TYPE = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709";

/** Puts a plain system behind the partitions of a disk, which nothing but its type tells. */
export function addTypedSystem(disk: string, folder: string, kernel: string): void {
  const [tree, image] = [join(folder, "typed-tree"), join(folder, "typed.img")];
  bootable("Alone")(tree, "24.2", kernel);
  run("mke2fs", ["-q", "-t", "ext4", "-d", tree, image, "64M"]);
  appendPartition(disk, "root-x86-64", image, ROOT_TYPE);
}

/** Puts a NixOS layout on XFS behind the partitions of a disk: links and small files, no Nix was used. */
export function addNixosLayout(disk: string, folder: string, kernel: string): void {
  const [tree, image] = [join(folder, "nixos-tree"), join(folder, "nixos.img")];
  nixosFamily.make(tree);
  for (const name of ["bin", "dev", "etc", "proc", "run", "sys", "tmp", "usr/bin", "usr/lib", "var"]) {
    mkdirSync(join(tree, name), { recursive: true });
  }
  copyFileSync("/bin/busybox", join(tree, "usr/bin/busybox"));
  mkdirSync(join(tree, "nix/store/bbbb-linux/lib/modules", kernel));
  furnish(tree, `${toplevelOf("bbbb")}/init`, "NixOS layout");
  run("truncate", ["-s", "320M", image]);
  run("mkfs.xfs", ["-q", image]);
  const mounted = join(folder, "nixos");
  mkdirSync(mounted);
  run("sh", ["-ec", 'mount -o loop "$1" "$2"; cp -a "$3/." "$2"; umount "$2"', "sh", image, mounted, tree]);
  appendPartition(disk, "nixos", image);
}

/** Puts an encrypted partition behind the others of a disk; nobody has its secret. */
export function addEncrypted(disk: string, folder: string): void {
  const [image, key] = [join(folder, "luks.img"), join(folder, "luks.key")];
  run("truncate", ["-s", "20M", image]);
  writeFileSync(key, "nobody knows it");
  const cheap = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
  run("cryptsetup", ["--batch-mode", "luksFormat", "--type", "luks2", ...cheap, image, key]);
  appendPartition(disk, "secret", image);
}

/** Puts a disk with a medium of Alpine into a partition behind the others, as Android phones have one in userdata. */
export function addNested(disk: string, folder: string): void {
  const inner = join(folder, "inner.disk");
  alpineDisk(inner, folder);
  appendPartition(disk, "userdata", inner);
}

/** A disk that is a medium of a diskless Alpine by its layout: an overlay, a backup and a torn one; tar made them. */
export function alpineDisk(disk: string, folder: string): void {
  const files = Object.entries(ALPINE_FILES).map(([name, bytes]) => {
    writeFileSync(join(folder, name), bytes);
    return [name, { file: join(folder, name) }] as const;
  });
  const image = join(folder, "alpine.img");
  fatImage(image, 34, {
    ...Object.fromEntries(files),
    ".alpine-release": { text: "alpine-standard-3.24.1\n" },
    "apks/.boot_repository": { text: "" },
  });
  gptDisk(disk, [{ name: "alpine", file: image }]);
}

/**
 * A stand-in of Alpine's init, which this machine does not have: it unpacks what KOPT_apkovl names as that does, and
 * says which packages are asked for.
 */
export const ALPINE_STAND_IN = `#!/bin/busybox sh
export PATH=/bin
mount -t proc proc /proc && mount -t devtmpfs devtmpfs /dev || echo "The stand-in of Alpine's init cannot mount."
mkdir -p /media /newroot
IFS=: read -r device type file <<END
$KOPT_apkovl
END
[ -b "/dev/$device" ] && mount -t "$type" -o ro "/dev/$device" /media && tar -C /newroot -xzf "/media/$file"
echo "Alpine stand-in: $KOPT_apkovl: $(tr '\\n' ' ' </newroot/etc/apk/world 2>&1)" >/dev/console
while :; do sleep 1000; done
`;

/** Puts snapshots that snapper made behind the partitions of a disk; false where this machine cannot. */
export function addSnapshots(disk: string, folder: string, kernel: string): boolean {
  if (!readFileSync("/proc/filesystems", "utf8").includes("btrfs")) return false;
  const image = join(folder, "btrfs.img");
  run("truncate", ["-s", "300M", image]);
  const device = attach(image);
  if (device === null) return false;
  const places = { top: join(folder, "top"), root: join(folder, "root"), tree: join(folder, "btrfs-tree") };
  try {
    makeSnapshots(device, places, { kernel, make: bootable("MicroOS layout") });
  } finally {
    run("sh", ["-c", 'umount "$1" "$2"; losetup --detach "$3"', "sh", places.root, places.top, device]);
  }
  appendPartition(disk, "btrfs", image);
  return true;
}
