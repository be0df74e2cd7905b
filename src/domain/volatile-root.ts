import { parseCommandLine } from "./command-line.ts";
import { type MountStep, rootSteps, VOLATILE_ROOT } from "./mount-plan.ts";
import type { RootMount } from "./plan.ts";

/** Where what an overlay keeps in memory lies (systemd: src/volatile-root/volatile-root.c). */
const IN_MEMORY = "/run/systemd/overlay-sysroot";
/** Where the whole root is while only its /usr is taken. */
const WHOLE = "/run/systemd/volatile-sysroot";
const YES = new Set(["", "yes", "true", "1", "on"]);

/**
 * The steps that mount the root of a slot as `systemd.volatile=` of the kernel command line wants it: "yes" is a root in
 * memory with /usr of the slot, "overlay" the whole root with what is written in memory. "state" only concerns /var,
 * which systemd does in the real root. A slot whose image is only /usr has its root from its own place.
 */
export function volatileRootSteps(root: RootMount, target: string, commandLine: string): MountStep[] {
  const mode = parseCommandLine(commandLine).get("systemd.volatile");
  if (root.usr !== null || mode === undefined) return rootSteps(root, target);
  if (YES.has(mode)) return [...rootSteps(root, WHOLE), ...onlyUsr(root, target)];
  return mode === "overlay"
    ? [...rootSteps(root, target), ...overlaid(root, target)]
    : rootSteps(root, target);
}

function onlyUsr({ init, device }: RootMount, target: string): MountStep[] {
  return [
    inMemory(target),
    { kind: "bind", source: `${WHOLE}/usr`, target: `${target}/usr` },
    { kind: "protect", target: `${target}/usr` },
    { kind: "furnish", root: target },
    { kind: "need-init", root: target, init },
    { kind: "name-disk", link: VOLATILE_ROOT, device },
  ];
}

function overlaid({ device }: RootMount, target: string): MountStep[] {
  const [upper, work] = [`${IN_MEMORY}/upper`, `${IN_MEMORY}/work`];
  return [
    inMemory(IN_MEMORY),
    { kind: "folder", path: upper, like: target },
    { kind: "folder", path: work },
    { kind: "overlay", target, over: [], writable: { upper, work } },
    { kind: "name-disk", link: VOLATILE_ROOT, device },
  ];
}

function inMemory(target: string): MountStep {
  const tmpfs = { device: "tmpfs", fstype: "tmpfs", options: "mode=0755" } as const;
  return { kind: "mount", ...tmpfs, target, access: "writable" };
}
