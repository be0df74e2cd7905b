import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { Elf, isElf } from "./elf.ts";
import { HOST, targetOf } from "./target.ts";

/**
 * Everything that these programs and libraries need to be loaded: the loaders that they name and, through
 * all levels, the libraries of DT_NEEDED. Absolute paths, sorted; scripts and static programs need nothing.
 */
export function libraryClosure(
  files: readonly string[],
  folders: readonly string[] = targetOf(HOST).libraries,
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
  // The loader also stands in DT_NEEDED of some libraries; it is loaded from where PT_INTERP says.
  const libraries = elf.needed.filter((name) => !name.startsWith("ld-linux"));
  // What names itself relative to its place ($ORIGIN) lies beside its program, and is its own to bring.
  const own = elf.runPath.filter((folder) => folder.startsWith("/"));
  const paths = libraries.map((name) => locate(name, file, [...own, ...folders]));
  const loader = loaderOf(elf, file, folders);
  return loader === null ? paths : [loader, ...paths];
}

/** The loader that a program names; that of another architecture lies among its libraries. */
function loaderOf({ interpreter }: Elf, file: string, folders: readonly string[]): string | null {
  if (interpreter === null || existsSync(interpreter)) return interpreter;
  return locate(basename(interpreter), file, folders);
}

function locate(name: string, wantedBy: string, folders: readonly string[]): string {
  const folder = folders.find((one) => existsSync(join(one, name)));
  if (folder !== undefined) return join(folder, name);
  throw new HoldfastError("system", `${name}, which ${basename(wantedBy)} needs, is in no library folder`, {
    next: `Looked in ${folders.join(", ")}. Install the package that has ${name}.`,
  });
}
