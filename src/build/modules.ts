import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { HoldfastError } from "../domain/errors.ts";

/** One kernel module of a load order; `path` is relative to the modules folder and without compression. */
export interface KernelModule {
  readonly name: string;
  readonly path: string;
  /** The host's file, perhaps compressed. */
  readonly file: string;
  /** Paths of the modules that must be there before it, as modules.dep lists them. */
  readonly needs: readonly string[];
}

interface Index {
  readonly folder: string;
  readonly byName: ReadonlyMap<string, { path: string; needs: readonly string[] }>;
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** Modules behind another name, such as all that can do "crypto-crc32c"; patterns are left out. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly builtin: ReadonlySet<string>;
}

/**
 * The modules that loading `names` takes, each after what it needs (modules.dep, and "pre" of
 * modules.softdep). Names are those of modprobe; modules that are built into the kernel are left out.
 * `folder` is …/lib/modules/<release>.
 */
export function moduleLoadOrder(folder: string, names: readonly string[]): KernelModule[] {
  const index = readIndex(folder);
  const order = new Map<string, KernelModule>();
  for (const name of names) {
    const modules = modulesOf(canonical(name), index);
    if (modules.length === 0) throw noSuchModule(name, folder);
    for (const module of modules) visit(module, index, order);
  }
  return [...order.values()];
}

/** Those of the names that this kernel has as modules. */
export function knownModules(folder: string, names: readonly string[]): string[] {
  const { byName } = readIndex(folder);
  return names.filter((name) => byName.has(canonical(name)));
}

/** The modules that a name means: itself, or those that it is an alias of. */
function modulesOf(name: string, { byName, builtin, aliases }: Index): readonly string[] {
  return byName.has(name) || builtin.has(name) ? [name] : (aliases.get(name) ?? []);
}

function noSuchModule(name: string, folder: string): HoldfastError {
  return new HoldfastError("usage", `the kernel of ${folder} has no module "${name}"`, {
    next: "Correct --modules; the names are those that modprobe takes.",
  });
}

function visit(name: string, index: Index, order: Map<string, KernelModule>): void {
  if (order.has(name) || index.builtin.has(name)) return;
  const found = index.byName.get(name);
  if (found === undefined) throw noSuchModule(name, index.folder);
  for (const soft of index.before.get(name) ?? []) {
    for (const module of modulesOf(soft, index)) visit(module, index, order);
  }
  // modules.dep lists what is needed from the nearest to the farthest: the farthest is loaded first.
  for (const path of [...found.needs].reverse()) visit(moduleName(path), index, order);
  const needs = found.needs.map(withoutCompression);
  const file = join(index.folder, found.path);
  order.set(name, { name, path: withoutCompression(found.path), file, needs });
}

/** The module's ELF file, unpacked: the archive is compressed as a whole, and busybox loads it plain. */
export function moduleContents(module: KernelModule): Buffer {
  if (module.file.endsWith(".xz")) {
    return execFileSync("xz", ["-dc", module.file], { maxBuffer: 1 << 28 });
  }
  const bytes = readFileSync(module.file);
  if (module.file.endsWith(".zst")) return zstdDecompressSync(bytes);
  return module.file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

/** modules.dep for exactly these modules. */
export function modulesDep(modules: readonly KernelModule[]): string {
  return modules.map((module) => `${[`${module.path}:`, ...module.needs].join(" ")}\n`).join("");
}

function readIndex(folder: string): Index {
  const dep = join(folder, "modules.dep");
  if (!existsSync(dep)) {
    throw new HoldfastError("usage", `${dep} is missing, so ${folder} is no folder of kernel modules`, {
      next: "Name …/lib/modules/<release>, and run depmod when its modules.dep was never made.",
    });
  }
  const byName = new Map(linesOf(dep).map(parseDependency));
  const before = new Map(linesOf(join(folder, "modules.softdep")).flatMap(parseSoftDependency));
  const builtin = new Set(linesOf(join(folder, "modules.builtin")).map(moduleName));
  return { folder, byName, before, builtin, aliases: readAliases(join(folder, "modules.alias")) };
}

/** "alias NAME MODULE". */
function readAliases(file: string): Map<string, string[]> {
  const aliases = new Map<string, string[]>();
  for (const line of linesOf(file)) {
    const [, alias = "", module = ""] = line.split(" ");
    if (/[*?[]/.test(alias)) continue;
    const name = canonical(alias);
    aliases.set(name, [...(aliases.get(name) ?? []), canonical(module)]);
  }
  return aliases;
}

function parseDependency(line: string): [string, { path: string; needs: string[] }] {
  const [path = "", rest = ""] = line.split(":");
  return [moduleName(path), { path, needs: rest.split(" ").filter((word) => word !== "") }];
}

/** "softdep NAME pre: A B post: C": what comes after "pre:". */
function parseSoftDependency(line: string): [string, string[]][] {
  const match = /^softdep (\S+) (.*)$/.exec(line);
  const before = /pre: (.*?)(?: post:|$)/.exec(match?.[2] ?? "");
  if (match?.[1] === undefined || before?.[1] === undefined) return [];
  return [[canonical(match[1]), before[1].split(" ").map(canonical)]];
}

function linesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

function moduleName(path: string): string {
  return canonical(basename(withoutCompression(path), ".ko"));
}

function withoutCompression(path: string): string {
  return path.replace(/\.ko\.(gz|xz|zst)$/, ".ko");
}

/** modprobe takes "-" and "_" for the same. */
function canonical(name: string): string {
  return name.replaceAll("-", "_");
}
