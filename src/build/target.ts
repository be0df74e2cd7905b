import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { dependencyOf, unpackedPackages } from "./debian.ts";
import { npmPackage } from "./npm-package.ts";

/** The architectures that Holdfast is built for, by Node's names. */
export const ARCHS = ["x64", "arm64"] as const;
export type Arch = (typeof ARCHS)[number];

/** What a binary for one architecture is made from, and how its programs are run on this machine. */
export interface Target {
  readonly arch: Arch;
  /** The pinned Node: what builds, and what the binary is made from. */
  readonly node: string;
  readonly canvas: string;
  /** Folders where the libraries of its programs lie. */
  readonly libraries: readonly string[];
  /** Titles and files of those libraries' licences. */
  readonly licences: readonly (readonly [string, string])[];
  /** Words that run a program of this architecture here; none where the machine is of it. */
  readonly runner: readonly string[];
  readonly strip: { readonly program: string; readonly env: Readonly<Record<string, string>> };
}

/** The machine's own architecture. */
export const HOST: Arch = archOf(process.arch);

/** The architecture of that name; `usage` for one that Holdfast is not built for. */
export function archOf(name: string): Arch {
  const arch = ARCHS.find((each) => each === name);
  if (arch !== undefined) return arch;
  throw new HoldfastError("usage", `there is no Holdfast for ${name}`, {
    next: `Known are ${ARCHS.join(", ")}.`,
  });
}

/** Names of the architectures elsewhere: GNU's triple, Debian's packages, QEMU's user emulation. */
const NAMES = {
  x64: { triple: "x86_64-linux-gnu", debian: "amd64", binutils: "x86-64-linux-gnu", qemu: "x86_64" },
  arm64: { triple: "aarch64-linux-gnu", debian: "arm64", binutils: "aarch64-linux-gnu", qemu: "aarch64" },
} as const;

/** What Debian calls an architecture. */
export function debianArch(arch: Arch): string {
  return NAMES[arch].debian;
}

/**
 * The parts for a binary of `arch`. For another architecture than the machine's they are Debian's cross
 * packages and the npm packages that npm leaves out, unpacked into the cache; nothing is installed.
 */
export function targetOf(arch: Arch): Target {
  const node = npmPackage(`node-linux-${arch}`);
  const canvas = npmPackage(`@napi-rs/canvas-linux-${arch}-gnu`);
  const parts = {
    arch,
    node: join(node, "bin/node"),
    canvas: join(canvas, `skia.linux-${arch}-gnu.node`),
  };
  const { triple } = NAMES[arch];
  const libraries = libraryFolders(arch, "/");
  if (arch === HOST) {
    const licences = licencesIn("/", "");
    return { ...parts, libraries, licences, runner: runnerOf(arch), strip: { program: "strip", env: {} } };
  }
  const root = crossRoot(arch);
  return {
    ...parts,
    libraries,
    licences: licencesIn(root, `-${NAMES[arch].debian}-cross`),
    runner: runnerOf(arch),
    strip: {
      program: join(root, "usr/bin", `${triple}-strip`),
      env: { LD_LIBRARY_PATH: join(root, "usr/lib", NAMES[HOST].triple) },
    },
  };
}

/** Where libraries for programs of an architecture lie: below `root`, and Debian's cross packages. */
export function libraryFolders(arch: Arch, root: string): string[] {
  const { triple } = NAMES[arch];
  const folders = [`lib/${triple}`, `usr/lib/${triple}`, "lib64", "usr/lib64", "lib", "usr/lib"];
  if (arch === HOST) return folders.map((folder) => join(root, folder));
  const own = root === "/" ? [] : folders.map((folder) => join(root, folder));
  return [...own, join(crossRoot(arch), "usr", triple, "lib")];
}

/** See `Target.runner`. */
export function runnerOf(arch: Arch): readonly string[] {
  return arch === HOST ? [] : [emulator(arch), "-L", join(crossRoot(arch), "usr", NAMES[arch].triple)];
}

/** The C and C++ libraries of Node for another architecture, and the binutils that read its programs. */
function crossRoot(arch: Arch): string {
  const { debian, binutils } = NAMES[arch];
  const libraries = ["libc6", "libgcc-s1", "libstdc++6", "libatomic1"].map(
    (name) => `${name}-${debian}-cross`,
  );
  // It has the licence that the others link to.
  const base = dependencyOf(`libgcc-s1-${debian}-cross`, /gcc-\d+-cross-base/);
  return unpackedPackages(`cross-${debian}`, [...libraries, base, `binutils-${binutils}`]);
}

function licencesIn(root: string, suffix: string): Target["licences"] {
  const file = (name: string) => join(root, "usr/share/doc", `${name}${suffix}`, "copyright");
  return [
    ["GNU C Library", file("libc6")],
    ["libgcc, libstdc++ and libatomic of GCC", file("libgcc-s1")],
  ];
}

/** QEMU's emulator of one program. The code cache is only taken where Node itself has made it. */
function emulator(arch: Arch): string {
  const program = `usr/bin/qemu-${NAMES[arch].qemu}-static`;
  return join(unpackedPackages(`qemu-${arch}`, ["qemu-user-static"], { only: [program] }), program);
}
