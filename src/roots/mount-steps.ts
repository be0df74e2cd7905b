import { mkdirSync, readFileSync } from "node:fs";
import { HoldfastError } from "../domain/errors.ts";
import type { MountStep } from "../domain/mount-plan.ts";
import { mountsBelow } from "../linux/mount-table.ts";
import { mountReadOnly, mountWritable } from "../linux/mounts.ts";
import { MS, mount, unmount } from "../linux/syscalls.ts";
import { resolveInside } from "./resolve.ts";

/** Takes one step back; null where there is nothing to take back. */
type Undo = (() => void) | null;

type Executors = {
  readonly [K in MountStep["kind"]]: (step: Extract<MountStep, { kind: K }>) => Undo;
};

const EXECUTORS: Executors = {
  mount({ device, target, fstype, options, access }) {
    const mountIt = access === "read-only" ? mountReadOnly : mountWritable;
    mountIt(device, target, fstype, options);
    return () => unmount(target);
  },
  bind({ source, target }) {
    mkdirSync(target, { recursive: true });
    mount(source, target, null, MS.bind);
    return () => unmount(target);
  },
  "open-verity": () => {
    throw new HoldfastError("slotFailed", "this build cannot open dm-verity");
  },
  "check-verity": () => null,
  furnish: () => null,
  "need-init": ({ root, init }) => {
    const path = resolveInside(root, init);
    if (path === null) throw new HoldfastError("slotFailed", `It has no init at ${init}.`);
    readFileSync(path);
    return null;
  },
};

/**
 * Carries the steps out in order. When one fails, those before it are taken back, the last one first, and
 * its error stands.
 */
export function carryOut(steps: readonly MountStep[]): void {
  const undos: Undo[] = [];
  try {
    for (const step of steps) undos.push(execute(step));
  } catch (error) {
    for (const undo of undos.reverse()) undo?.();
    throw error;
  }
}

function execute<K extends MountStep["kind"]>(step: Extract<MountStep, { kind: K }>): Undo {
  return EXECUTORS[step.kind as K](step);
}

/** Takes away what an earlier attempt of ours left mounted at `target` and below. */
export function clearMounts(target: string): void {
  for (const { target: mounted } of mountsBelow(target).reverse()) unmount(mounted);
}
