import { HoldfastError } from "../../domain/errors.ts";
import { initrdMounts } from "../../domain/initrd-mounts.ts";
import type { MountStep } from "../../domain/mount-plan.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import { resolveInside } from "../resolve.ts";
import type { Generation } from "./generations.ts";
import type { Place } from "./kind.ts";
import { fstabInside, isPlainFolder, textInside } from "./tree.ts";

/** What a generation is started by, as an absolute path. */
export const initOf = ({ toplevel }: Generation): string => `${toplevel}/init`;

/** What NixOS mounts before its init, asked for or not (nixpkgs: nixos/lib/utils.nix, pathsNeededForBoot). */
const NEEDED = new Set([
  "/nix",
  "/nix/store",
  "/var",
  "/var/log",
  "/var/lib",
  "/var/lib/nixos",
  "/etc",
  "/usr",
]);

/** The mounts that a generation needs before its init, or why they are not ours to make, as a sentence. */
export function fstabSteps(
  { root }: Place,
  { toplevel }: Generation,
  target: string,
): readonly MountStep[] | string {
  const { tree, device } = root;
  const lines = fstabInside(tree, `${toplevel.slice(1)}/etc/fstab`);
  if (typeof lines === "string") return lines;
  const silent = lines.find((line) => NEEDED.has(line.target) && !line.options.includes("x-initrd.mount"));
  if (silent !== undefined) return `Its own initramfs mounts ${silent.target} before its init.`;
  const steps = initrdMounts(lines, { device, target: "" });
  if (typeof steps === "string") return steps;
  const targets = steps.flatMap((step) => ("target" in step ? [step.target] : []));
  const missing = targets.find((each) => !isPlainFolder(tree, each));
  if (missing !== undefined) return `Its fstab mounts ${missing}, which is no directory.`;
  return initrdMounts(lines, { device, target });
}

/** The file system of the store as the root, with what the generation needs before its init. */
export function rootSteps(place: Place, found: Generation, target: string): MountStep[] {
  const mounts = fstabSteps(place, found, target);
  if (typeof mounts === "string") throw new HoldfastError("slotFailed", `${found.id}: ${mounts}`);
  const { device, fstype, options } = place.root;
  return [
    { kind: "mount", device, target, fstype, options, access: "writable" },
    ...mounts,
    { kind: "need-init", root: target, init: initOf(found) },
  ];
}

/** Kernel, initramfs and parameters that lie in every generation beside its init. */
export function ownKernel({ root }: Place, found: Generation): OwnKernel | null {
  const { tree, device, fstype, options: mountOptions } = root;
  const [linux, initrd] = [`${found.toplevel}/kernel`, `${found.toplevel}/initrd`];
  if (resolveInside(tree, linux) === null || resolveInside(tree, initrd) === null) return null;
  try {
    const parameters = textInside(tree, `${found.toplevel}/kernel-params`)?.trim() ?? "";
    const options = `init=${initOf(found)} ${parameters}`.trim();
    return { device, fstype, mountOptions, verity: null, isUsr: false, linux, initrds: [initrd], options };
  } catch {
    return null;
  }
}
