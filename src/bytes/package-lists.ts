import { HoldfastError } from "../domain/errors.ts";

/** A package that a system has, with its version in the full form of its package system. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Null where the list does not say. */
  readonly architecture: string | null;
}

/**
 * Reads dpkg's status file (dpkg(1), deb-control(5)): paragraphs of "Field: value" lines. Only what is
 * unpacked or configured counts; a removed package whose configuration files stay is not there.
 */
export function parseDpkgStatus(text: string): Package[] {
  const there = new Set(["installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending"]);
  return paragraphs(text).flatMap((lines) => {
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}:`));
    const value = (name: string) =>
      field(name)
        ?.slice(name.length + 1)
        .trim() ?? "";
    const [name, version, status] = [value("Package"), value("Version"), value("Status")];
    if (name === "" || version === "" || !there.has(status.split(" ").at(-1) ?? "")) return [];
    return [{ name, version, architecture: value("Architecture") || null }];
  });
}

/** Reads apk's installed database (apk-package(5)): paragraphs with P: name, V: version and A: architecture. */
export function parseApkInstalled(text: string): Package[] {
  return paragraphs(text).flatMap((lines) => {
    const value = (letter: string) => lines.find((line) => line.startsWith(`${letter}:`))?.slice(2) ?? "";
    const [name, version] = [value("P"), value("V")];
    return name === "" || version === "" ? [] : [{ name, version, architecture: value("A") || null }];
  });
}

function paragraphs(text: string): string[][] {
  return text.split(/\n{2,}/).map((paragraph) => paragraph.split("\n"));
}

/** Reads one `desc` file of pacman's local database: "%NAME%", the value on the next line, an empty line. */
export function parsePacmanDesc(text: string): Package | null {
  const value = (name: string) => new RegExp(`^%${name}%\\n([^\\n]+)`, "m").exec(text)?.[1] ?? null;
  const [name, version] = [value("NAME"), value("VERSION")];
  return name === null || version === null ? null : { name, version, architecture: value("ARCH") };
}

/** A manifest's packages and the package system whose versions they have; null when it does not say. */
export interface Manifest {
  readonly type: string | null;
  readonly packages: readonly Package[];
}

/**
 * Reads the manifest that mkosi writes beside an image: JSON with "packages", each with "type" (rpm, deb, …),
 * "name", "version" and "architecture".
 * @throws HoldfastError `badStore` naming `file` when it is something else.
 */
export function parseManifest(text: string, file: string): Manifest {
  const found = jsonOf(text, file);
  const packages = found !== null && typeof found === "object" && "packages" in found ? found.packages : null;
  if (!Array.isArray(packages)) throw bad(file, 'it has no list "packages"');
  const entries = packages.map((entry: unknown, index) =>
    manifestEntry(entry, `${file}, package ${index + 1}`),
  );
  return { type: entries[0]?.type ?? null, packages: entries };
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bad(file, "it is not JSON", cause);
  }
}

function manifestEntry(entry: unknown, where: string): Package & { readonly type: string | null } {
  const value = (key: string) => {
    const found: unknown = entry !== null && typeof entry === "object" ? Reflect.get(entry, key) : null;
    return typeof found === "string" ? found : null;
  };
  const [name, version] = [value("name"), value("version")];
  if (name === null || version === null) throw bad(where, 'it needs "name" and "version"');
  return { name, version, architecture: value("architecture"), type: value("type") };
}

function bad(where: string, what: string, cause?: unknown): HoldfastError {
  return new HoldfastError("badStore", `${where} is no package manifest: ${what}`, { cause });
}
