import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import type { MountStep } from "../domain/mount-plan.ts";
import { deviceNumber } from "../linux/mount-table.ts";
import { mountReadOnly, mountWritable } from "../linux/mounts.ts";
import { MS, mount, unmount } from "../linux/syscalls.ts";
import { mountComposefs, writeBooted } from "./composefs.ts";
import { mountExtensionImage } from "./extensions-image.ts";
import { furnish } from "./furnish.ts";
import { copyModeAndOwner, mountOverlay } from "./overlay.ts";
import { resolveInside } from "./resolve.ts";
import { checkVerity, closeVerity, corrupt, isCorrupt, openVerity } from "./verity.ts";

/** Takes one step back; null where there is nothing to take back. */
type Undo = (() => void) | null;

const ANYONE_EXECUTES = 0o111;

type Executors = {
  readonly [K in MountStep["kind"]]: (step: Extract<MountStep, { kind: K }>) => Undo;
};

const EXECUTORS: Executors = {
  mount({ device, target, fstype, options, access }) {
    const mountIt = access === "read-only" ? mountReadOnly : mountWritable;
    mountIt(device, target, fstype, options);
    return () => unmount(target);
  },
  bind({ source, target, apart }) {
    if (statSync(source).isDirectory()) mkdirSync(target, { recursive: true });
    else {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, "", { flag: "a" });
    }
    mount(source, target, null, MS.bind);
    if (apart) mount("none", target, null, MS.private);
    return () => unmount(target);
  },
  protect({ target }) {
    mount("none", target, null, MS.bind | MS.remount | MS.rdonly);
    return null;
  },
  move({ source, target }) {
    mkdirSync(target, { recursive: true });
    mount(source, target, null, MS.move);
    return () => mount(target, source, null, MS.move);
  },
  overlay: ({ target, over, writable }) => {
    mountOverlay(target, over, writable);
    return () => unmount(target);
  },
  "mount-image": ({ image, target }) => {
    const mounted = mountExtensionImage(image, target, "nodev");
    return () => unmount(mounted);
  },
  composefs: ({ image, objects, target }) => {
    mountComposefs(image, objects, target);
    return () => unmount(target);
  },
  "ostree-booted": ({ path, deployment }) => {
    writeBooted(path, deployment);
    return () => rmSync(path, { force: true });
  },
  folder({ path, like }) {
    const made = mkdirSync(path, { recursive: true });
    if (like !== undefined) copyModeAndOwner(like, path);
    return made === undefined ? null : () => rmSync(made, { recursive: true });
  },
  link({ path, target }) {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync(target, path);
    return () => rmSync(path, { force: true });
  },
  file({ path, text }) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return () => rmSync(path, { force: true });
  },
  "open-verity": ({ name, device, verity }) => {
    openVerity(name, device, verity);
    return () => closeVerity(name);
  },
  "check-verity": ({ name }) => {
    checkVerity(name);
    return null;
  },
  furnish: ({ root }) => {
    furnish(root);
    return null;
  },
  "name-disk": ({ link, device }) => {
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(`/dev/block/${deviceNumber(device)}`, link);
    return () => rmSync(link, { force: true });
  },
  "need-init": ({ root, init }) => {
    const path = resolveInside(root, init);
    if (path === null) throw new HoldfastError("slotFailed", `It has no init at ${init}.`);
    if ((statSync(path).mode & ANYONE_EXECUTES) === 0) {
      throw new HoldfastError("slotFailed", `Its init at ${init} is no program: nobody may execute it.`);
    }
    readFileSync(path);
    return null;
  },
};

/**
 * Carries the steps out in order. When one fails, those before it are taken back, the last one first, and
 * its error stands; where dm-verity found a wrong block meanwhile, that is the reason.
 */
export function carryOut(steps: readonly MountStep[]): void {
  const undos: Undo[] = [];
  try {
    for (const step of steps) undos.push(execute(step));
  } catch (error) {
    const damaged = damagedTree(steps.slice(0, undos.length));
    for (const undo of undos.reverse()) takeBack(undo);
    throw damaged === null ? error : corrupt(damaged);
  }
}

/** What cannot be taken back stays for the next attempt to clear; the first error is the one that matters. */
function takeBack(undo: Undo): void {
  try {
    undo?.();
  } catch {}
}

/** The name of an opened tree in which the kernel found a wrong block; null when all are sound. */
function damagedTree(done: readonly MountStep[]): string | null {
  const opened = done.flatMap((step) => (step.kind === "open-verity" ? [step.name] : []));
  return opened.find(isCorrupt) ?? null;
}

function execute<K extends MountStep["kind"]>(step: Extract<MountStep, { kind: K }>): Undo {
  return EXECUTORS[step.kind as K](step);
}
