import { existsSync, readFileSync, statSync } from "node:fs";
import { type MountLine, parseMountInfo } from "../bytes/mountinfo.ts";

function mountTable(): MountLine[] {
  return parseMountInfo(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** "major:minor" of a device node, as mountinfo writes it. */
export function deviceNumber(device: string): string {
  const { rdev } = statSync(device);
  // makedev(3) of Linux: 12 bits of major at 8, 8 + 12 bits of minor around them.
  return `${(rdev >> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >> 12) & 0xfff00)}`;
}

/** Where the whole file system of a device is mounted now, of the places that `counts`; null when it is not. */
export function mountPointOf(device: string, counts = (_target: string) => true): string | null {
  const number = deviceNumber(device);
  return mountsOf(number).find(({ root, target }) => root === "/" && counts(target))?.target ?? null;
}

/** What is mounted at exactly `target`, the topmost where there are several; null when nothing is. */
export function mountAt(target: string): MountLine | null {
  return mountTable().findLast((line) => line.target === target) ?? null;
}

/** Device numbers, "major:minor", and nodes of everything that is mounted. */
export function mountedDevices(): Set<string> {
  return new Set(mountTable().flatMap(({ device, source }) => [device, source]));
}

/** What is mounted at `folder` and below it, in the order of mounting. */
export function mountsBelow(folder: string): MountLine[] {
  return mountTable().filter(({ target }) => target === folder || target.startsWith(`${folder}/`));
}

/** File systems that only an initramfs has as its root. */
const INITRAMFS_ROOTS = new Set(["rootfs", "ramfs", "tmpfs"]);

/** Whether the running root is an initramfs, where nobody else shuts services down before a reboot. */
export function isInitramfs(): boolean {
  const roots = mountTable().filter((line) => line.target === "/");
  return roots.length > 0 && roots.every((line) => INITRAMFS_ROOTS.has(line.fstype));
}

/**
 * Where the device of that number, or a folder of its file system, is mounted now. btrfs has numbers of its own:
 * only what was mounted tells its device.
 */
export function mountsOf(number: string): MountLine[] {
  return mountTable().filter((line) => line.device === number || numberOf(line.source) === number);
}

/** The device number of what was mounted; null for what is no device here. */
function numberOf(source: string): string | null {
  return source.startsWith("/dev/") && existsSync(source) ? deviceNumber(source) : null;
}
