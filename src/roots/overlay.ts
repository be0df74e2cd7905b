import { chmodSync, chownSync, readFileSync, statSync } from "node:fs";
import { HoldfastError } from "../domain/errors.ts";
import { MS, mount } from "../linux/syscalls.ts";

/** The two folders of what is written. */
export interface Writable {
  readonly upper: string;
  readonly work: string;
}

/** What the kernel takes for a separator in the options of an overlay, unless a backslash stands before it. */
const SEPARATOR = /[,:\\]/g;

/**
 * Lays folders over `target`, the strongest first, with what was there below them. Renames of folders work, and
 * files are copied whole, so that the layer stays readable without what lies under it.
 * @throws HoldfastError `refused` when the writable folder is in use: two overlays over one would lose data.
 */
export function mountOverlay(target: string, over: readonly string[], writable: Writable | null): void {
  // Folders of extensions are called as somebody wished; the writable ones have names of ours.
  const lower = [...over, target].map((path) => path.replace(SEPARATOR, "\\$&"));
  if (writable !== null && isUpperOfMount(writable.upper)) {
    throw new HoldfastError("refused", `${writable.upper} is the writable layer of another mount already.`);
  }
  const layers =
    writable === null
      ? []
      : [`upperdir=${writable.upper}`, `workdir=${writable.work}`, "redirect_dir=on", "index=off"];
  const options = [`lowerdir=${lower.join(":")}`, ...layers, "metacopy=off"];
  mount("overlay", target, "overlay", writable === null ? MS.rdonly : MS.noatime, options.join(","));
}

/** Whether an overlay of this system writes to that folder. */
export function isUpperOfMount(upper: string): boolean {
  const table = readFileSync("/proc/self/mountinfo", "utf8");
  return table.split("\n").some((line) => line.split(/[ ,]/).includes(`upperdir=${upper}`));
}

/** Whether an overlay of this system writes somewhere below that folder. */
export function isUpperMounted(folder: string): boolean {
  return readFileSync("/proc/self/mountinfo", "utf8").includes(`upperdir=${folder}/`);
}

/** Gives a folder the mode and owner of another one. */
export function copyModeAndOwner(from: string, to: string): void {
  const { mode, uid, gid } = statSync(from);
  chownSync(to, uid, gid);
  chmodSync(to, mode & 0o7777);
}
