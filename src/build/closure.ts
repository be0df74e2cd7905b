import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { Elf, isElf } from "./elf.ts";

/** Where Debian's loader looks, and others' after it. */
const LIBRARY_FOLDERS = [
  "/lib/x86_64-linux-gnu",
  "/usr/lib/x86_64-linux-gnu",
  "/lib64",
  "/usr/lib64",
  "/lib",
  "/usr/lib",
] as const;

/**
 * Everything that these programs and libraries need to be loaded: the loaders that they name and, through
 * all levels, the libraries of DT_NEEDED. Absolute paths, sorted; scripts and static programs need nothing.
 */
export function libraryClosure(
  files: readonly string[],
  folders: readonly string[] = LIBRARY_FOLDERS,
): string[] {
  const found = new Set<string>();
  const left = [...files];
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    for (const needed of neededBy(file, folders)) {
      if (found.has(needed)) continue;
      found.add(needed);
      left.push(needed);
    }
  }
  return [...found].sort();
}

function neededBy(file: string, folders: readonly string[]): string[] {
  const bytes = readFileSync(file);
  if (!isElf(bytes)) return [];
  const elf = new Elf(bytes, file);
  const loader = elf.interpreter;
  // The loader also stands in DT_NEEDED of some libraries; it is loaded from where PT_INTERP says.
  const libraries = elf.needed.filter((name) => !name.startsWith("ld-linux"));
  const paths = libraries.map((name) => locate(name, file, folders));
  return loader === null ? paths : [loader, ...paths];
}

function locate(name: string, wantedBy: string, folders: readonly string[]): string {
  const folder = folders.find((one) => existsSync(join(one, name)));
  if (folder !== undefined) return join(folder, name);
  throw new HoldfastError("system", `${name}, which ${basename(wantedBy)} needs, is in no library folder`, {
    next: `Looked in ${folders.join(", ")}. Install the package that has ${name}.`,
  });
}
