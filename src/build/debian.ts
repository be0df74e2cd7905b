import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { CACHE } from "./paths.ts";

/** apt's own sandbox user may not write into the cache folder. */
const AS_CALLER = ["-q", "-o", "APT::Sandbox::User=root"] as const;

/**
 * A folder of the cache, made when it is not there yet; it appears in one step. `make` gets an empty folder to
 * work in, and the path of the one that it is to make.
 */
export function madeOnce(folder: string, make: (work: string, root: string) => void): string {
  if (existsSync(folder)) return folder;
  mkdirSync(join(folder, ".."), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    const root = join(work, "unpacked");
    make(work, root);
    // Two test files may have started it at once; the first to be done wins.
    if (!existsSync(folder)) renameSync(root, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Debian packages of the machine's own release, unpacked and not installed, into the folder `name` of the
 * cache; works as an ordinary user. `only` keeps a few files of them (paths in the package). `arch` names
 * another architecture than the machine's, such as "arm64": its package lists are then fetched into the
 * cache, and the machine's apt is left as it is. `libraries` adds the library packages that they depend on.
 */
export function unpackedPackages(
  name: string,
  packages: readonly string[],
  options: { only?: readonly string[]; arch?: string | null; libraries?: boolean } = {},
): string {
  const { only = [], arch = null, libraries = false } = options;
  return madeOnce(join(CACHE, "tools", name), (work, root) => {
    const more = libraries ? librariesOf(packages, arch) : [];
    unpackInto(root, work, [...packages, ...more], arch);
    if (only.length > 0) keepOnly(root, only);
  });
}

/**
 * The same for packages that one release, `suite`, has too old: there they come from its backports, elsewhere
 * from the machine's own release.
 */
export function unpackedBackports(name: string, packages: readonly string[], suite: string): string {
  return madeOnce(join(CACHE, "tools", name), (work, root) => {
    const lines = sourceLines("deb").filter((line) => line.includes(` ${suite} `));
    if (lines.length === 0) return unpackInto(root, work, packages);
    const backports = lines.map((line) => line.replace(` ${suite} `, ` ${suite}-backports `));
    writeFileSync(join(work, "sources.list"), backports.join(""));
    const apt = aptFoldersIn(work);
    run("apt-get", [...AS_CALLER, ...apt, "update"], work);
    downloadInto(root, work, packages, apt);
  });
}

/** Downloads packages into `work` and unpacks them into `root`. */
export function unpackInto(
  root: string,
  work: string,
  packages: readonly string[],
  arch: string | null = null,
): void {
  downloadInto(root, work, packages, arch === null ? [] : foreignApt(arch));
}

function downloadInto(root: string, work: string, packages: readonly string[], apt: readonly string[]): void {
  run("apt-get", [...AS_CALLER, ...apt, "download", ...packages], work);
  for (const deb of readdirSync(work).filter((file) => file.endsWith(".deb"))) {
    run("dpkg-deb", ["-x", deb, root], work);
  }
}

/** The versioned package behind a meta package, such as linux-image-6.1.0-56-arm64 behind linux-image-arm64. */
export function dependencyOf(meta: string, pattern: RegExp, arch: string | null = null): string {
  const answer = run("apt-cache", [...(arch === null ? [] : foreignApt(arch)), "depends", meta], CACHE);
  const name = new RegExp(`Depends: (${pattern.source})`).exec(answer)?.[1];
  if (name !== undefined) return name;
  throw new HoldfastError("noDevice", `apt-cache knows no package behind ${meta}`, {
    next: "Run apt-get update as root.",
  });
}

/** The library packages that some packages depend on, through all levels. */
function librariesOf(packages: readonly string[], arch: string | null): string[] {
  const kinds = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
  const words = ["depends", "--recurse", ...kinds.map((kind) => `--no-${kind}`), ...packages];
  const answer = run("apt-cache", [...(arch === null ? [] : foreignApt(arch)), ...words], CACHE);
  // Alone on their lines stand the packages themselves; virtual ones are in angle brackets.
  return answer.split("\n").filter((line) => line.startsWith("lib"));
}

/** Downloads a Debian source package into `work`. */
export function downloadSource(name: string, work: string): void {
  writeFileSync(join(work, "sources.list"), sourceLines("deb-src").join(""));
  const apt = [...AS_CALLER, ...aptFoldersIn(work)];
  run("apt-get", [...apt, "update"], work);
  run("apt-get", [...apt, "source", "--download-only", name], work);
}

function keepOnly(root: string, only: readonly string[]): void {
  const kept = `${root}.kept`;
  for (const path of only) {
    mkdirSync(join(kept, path, ".."), { recursive: true });
    renameSync(join(root, path), join(kept, path));
  }
  rmSync(root, { recursive: true });
  renameSync(kept, root);
}

/** Options by which apt works for another architecture, with lists that are fetched once into the cache. */
function foreignApt(arch: string): string[] {
  const folder = join(CACHE, `apt-${arch}`);
  const options = [...aptFoldersIn(folder), "-o", `APT::Architecture=${arch}`];
  // Otherwise the machine's own architecture is asked for too.
  const apt = [...options, "-o", `APT::Architectures=${arch}`];
  const complete = join(folder, "complete");
  if (!existsSync(complete)) {
    writeFileSync(join(folder, "sources.list"), sourceLines(`deb [arch=${arch}]`).join(""));
    run("apt-get", [...AS_CALLER, ...apt, "update"], CACHE);
    writeFileSync(complete, "");
  }
  return apt;
}

/** Options by which apt keeps lists and cache in a folder of ours, and reads the sources.list there. */
function aptFoldersIn(folder: string): string[] {
  for (const name of ["lists/partial", "cache/archives/partial"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const places = {
    "Etc::sourcelist": "sources.list",
    "Etc::sourceparts": "none",
    "State::lists": "lists",
    Cache: "cache",
  };
  return Object.entries(places).flatMap(([key, path]) => ["-o", `Dir::${key}=${join(folder, path)}`]);
}

/** sources.list with other kinds of what apt has already; Debian's keys are those that apt trusts anyway. */
function sourceLines(kind: string): string[] {
  const words = ["indextargets", "--format", "$(REPO_URI) $(RELEASE) main"];
  const found = run(
    "apt-get",
    [...words, "Created-By: Packages", "Component: main", "Origin: Debian"],
    CACHE,
  );
  return [...new Set(found.split("\n").filter(Boolean))].map((line) => `${kind} ${line}\n`);
}

/** Runs a program of the build; a failure names it and what it said. */
export function run(command: string, args: readonly string[], cwd: string): string {
  // depmod lies in /sbin, which an ordinary user's PATH leaves out on Debian.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: "C" };
  try {
    return execFileSync(command, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new HoldfastError("system", `${command} ${args.join(" ")} failed: ${messageOf(error)}`, {
      next: "Run apt-get update as root, or sh src/build/setup.sh test to install what is missing.",
      cause: error,
    });
  }
}
