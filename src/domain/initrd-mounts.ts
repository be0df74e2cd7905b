import type { MountStep } from "./mount-plan.ts";

/** A line of a system's fstab, as far as it counts here. */
export interface MountLine {
  readonly source: string;
  readonly target: string;
  readonly fstype: string;
  readonly options: readonly string[];
}

/** The word that asks the initramfs to mount a line together with the root (systemd.mount(5)). */
const ASKS_INITRD = "x-initrd.mount";

/** The root that the lines belong to: on `device`, mounted on `target`. */
export interface LinesRoot {
  readonly device: string;
  readonly target: string;
}

/**
 * The steps for the lines of a root's fstab that ask to be mounted before it is entered, or why they cannot be
 * carried out here, as a sentence: only binds, and subvolumes of the root's own file system, are known.
 */
export function initrdMounts(
  lines: readonly MountLine[],
  { device, target }: LinesRoot,
): readonly MountStep[] | string {
  const own = lines.find((line) => line.target === "/")?.source;
  const steps: MountStep[] = [];
  for (const line of lines.filter(isAsked)) {
    const to = `${target}${line.target}`;
    const options = line.options.filter((word) => !word.startsWith("x-") && word !== "bind").join(",");
    if (isEscaping(line.target) || (line.options.includes("bind") && isEscaping(line.source))) {
      return `Its fstab mounts ${line.target}, which is no plain path.`;
    }
    if (line.options.includes("bind")) {
      steps.push({ kind: "bind", source: `${target}${line.source}`, target: to });
    } else if (line.fstype === "btrfs" && line.source === own) {
      steps.push({ kind: "mount", device, target: to, fstype: "btrfs", options, access: "writable" });
    } else {
      return `Its fstab wants ${line.source} of type ${line.fstype} on ${line.target}, which its own initramfs mounts.`;
    }
  }
  return steps;
}

/** The root itself is mounted already. */
function isAsked({ target, options }: MountLine): boolean {
  return target !== "/" && options.includes(ASKS_INITRD);
}

function isEscaping(path: string): boolean {
  return !path.startsWith("/") || path.split("/").includes("..");
}
