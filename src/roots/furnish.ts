import { chmodSync, lstatSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** Directories that the initramfs owes a root without a system of its own, with their modes. */
const FOLDERS = { dev: 0o755, etc: 0o755, proc: 0o555, run: 0o755, sys: 0o555, tmp: 0o1777, var: 0o755 };
/** Directories that are links into /usr where /usr has them (merged usr). */
export const MERGED = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];

/**
 * Makes what a root lacks before a system whose image is only /usr can start in it: mount points and the
 * links into /usr. What is there is left as it is. All else is for systemd-tmpfiles and systemd-sysusers of
 * the real root; without /etc/machine-id systemd knows that this is its first boot.
 */
export function furnish(root: string): void {
  for (const [name, mode] of Object.entries(FOLDERS)) {
    const path = join(root, name);
    if (isThere(path)) continue;
    mkdirSync(path);
    // mkdir's own mode is cut by the umask.
    chmodSync(path, mode);
  }
  for (const name of MERGED) {
    if (isThere(join(root, "usr", name)) && !isThere(join(root, name))) {
      symlinkSync(`usr/${name}`, join(root, name));
    }
  }
}

/** Whether there is anything of that name, a link that leads nowhere too. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
