import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { libraryClosure } from "../../src/build/closure.ts";
import { run } from "../../src/build/run.ts";
import { ALPINE_FILES } from "../fixtures/systems/alpine.ts";
import { appendPartition } from "./gpt-disk.ts";

const LABEL = "opened";
const KEY = "a secret of the integrator";
const CRYPTSETUP = "/sbin/cryptsetup";
/** Where the initramfs has cryptsetup and what it needs, apart from everything else. */
const HOME = "usr/bin/crypt";

/** Drivers of such a volume. */
export const CRYPT_MODULES = ["dm_crypt", "xts", "aes_generic", "sha256_generic", "algif_skcipher"];

/** Puts an encrypted partition behind the others of a disk, which OPENS_VOLUME fills and opens. */
export function addOpened(disk: string, folder: string): void {
  const [image, key] = [join(folder, "opened.img"), join(folder, "opened.key")];
  run("truncate", ["-s", "60M", image]);
  writeFileSync(key, KEY);
  const cheap = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
  run("cryptsetup", ["--batch-mode", "luksFormat", "--type", "luks2", ...cheap, image, key]);
  appendPartition(disk, LABEL, image);
}

/**
 * Files of an initramfs in which an integrator's script opens that partition before the menu, as clevis or a smart
 * card would; a diskless Alpine's overlays are put into it first, as no host of the tests can open it.
 */
export function opensVolume(): Record<string, string | Buffer> {
  const closure = libraryClosure([CRYPTSETUP]);
  const loader = closure.find((file) => basename(file).startsWith("ld-linux")) ?? "";
  const at = (name: string) => `/${HOME}/${name}`;
  const script = `#!/bin/busybox sh
PATH=/bin
for _ in $(seq 50); do
	part=$(grep -l "PARTNAME=${LABEL}" /sys/class/block/*/uevent) && break
	sleep 0.1
done
part=\${part%/uevent}
mkdir -p /run/cryptsetup /run/opened
${at(basename(loader))} --library-path /${HOME} ${at("cryptsetup")} open --key-file /${HOME}/key "/dev/\${part##*/}" ${LABEL} || exit
mke2fs -b 4096 /dev/mapper/${LABEL} >/dev/null && mount -t ext4 /dev/mapper/${LABEL} /run/opened &&
	cp /${HOME}/files/* /run/opened && umount /run/opened
`;
  return {
    "etc/holdfast/early.d/20-open.sh": script,
    [`${HOME}/key`]: KEY,
    [`${HOME}/cryptsetup`]: readFileSync(CRYPTSETUP),
    ...Object.fromEntries(closure.map((file) => [`${HOME}/${basename(file)}`, readFileSync(file)])),
    ...Object.fromEntries(
      Object.entries(ALPINE_FILES).map(([name, bytes]) => [`${HOME}/files/${name}`, bytes]),
    ),
  };
}
