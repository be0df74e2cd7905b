import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type FstabLine, parseFstab } from "../../bytes/fstab.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import type { Running, SystemKernel } from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";

/** More than the largest of the small files that describe a system. */
const MAX_BYTES = 4 << 20;

/** The bytes of a file of a foreign tree; null when there is none. Throws `badStore` for what is no such file. */
export function readInside(tree: string, path: string): Buffer | null {
  const file = resolveInside(tree, path);
  if (file === null) return null;
  const found = statSync(file);
  if (!found.isFile()) throw new HoldfastError("badStore", `/${path} is no regular file`);
  if (found.size > MAX_BYTES) {
    throw new HoldfastError(
      "badStore",
      `/${path} has ${found.size} bytes, at most ${MAX_BYTES} would be right`,
    );
  }
  return readFileSync(file);
}

/** The text of a file of a foreign tree; null when there is none. */
export function textInside(tree: string, path: string): string | null {
  return readInside(tree, path)?.toString("utf8") ?? null;
}

/** What a read found; null where it failed, too: then nothing is known. */
export function attempt<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** The lines of a system's fstab, or why what it needs mounted is not known, as a sentence. */
export function fstabInside(tree: string, path: string): readonly FstabLine[] | string {
  try {
    const text = textInside(tree, path);
    return text === null ? `It has no /${path}, so what it needs mounted is not known.` : parseFstab(text);
  } catch (error) {
    return `${messageOf(error)}.`;
  }
}

/** The names in a directory of a foreign tree, in order; none when there is no such directory. */
export function namesInside(tree: string, path: string): readonly string[] {
  const folder = resolveInside(tree, path);
  return folder !== null && lstatSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
}

/** Whether a path of a foreign tree is a directory. */
export function isFolder(tree: string, path: string): boolean {
  const folder = resolveInside(tree, path);
  return folder !== null && lstatSync(folder).isDirectory();
}

/** Whether a path is a directory by no link: what is mounted on it goes nowhere else. */
export function isPlainFolder(tree: string, path: string): boolean {
  return isFolder(tree, path) && resolveInside(tree, path) === join(tree, path);
}

/** The kernels that a system has modules for; `within` is where in the tree its `lib/modules` lies. */
export function kernelOf(
  tree: string,
  { kernel }: Running,
  within: readonly string[] = ["usr", ""],
): SystemKernel {
  const folders = within.map((each) => `${each}/lib/modules`);
  const found = folders.flatMap((folder) =>
    namesInside(tree, folder).filter((name) => isFolder(tree, `${folder}/${name}`)),
  );
  const releases = [...new Set(found)];
  return { releases, isRunning: releases.length === 0 ? null : releases.includes(kernel) };
}

/** Why a system is not entered under the running kernel. */
export function otherKernel({ releases }: SystemKernel, { kernel }: Running): string {
  if (releases.length === 0) return `It has no kernel modules; this kernel is ${kernel}.`;
  return `Its kernel modules are for ${releases.join(", ")}, this kernel is ${kernel}.`;
}
