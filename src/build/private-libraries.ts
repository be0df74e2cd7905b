import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { libraryClosure } from "./closure.ts";
import { unpackedPackages } from "./debian.ts";
import { Elf } from "./elf.ts";
import type { Target } from "./target.ts";

/** Where the folder lies in an initramfs or a system; the binary names its loader by this path. */
const HOME = "/usr/lib/holdfast";

/**
 * Copies the loader and all libraries of the binary in `folder` beside it, and makes it use those: it then
 * starts in a root that has no C library, or another one. On this machine it does not start any more.
 */
export function addPrivateLibraries(folder: string, target: Target): void {
  const binary = join(folder, "holdfast");
  for (const library of libraryClosure([binary, join(folder, "skia.node")], target.libraries)) {
    copyFileSync(library, join(folder, basename(library)));
  }
  // After injection: what builds the binary does not survive a string table that was moved before.
  pointToPrivateLibraries(binary);
}

/** Whether a folder made by `npm run build` has its own loader and libraries. */
export function hasPrivateLibraries(folder: string): boolean {
  return readdirSync(folder).some((file) => file.startsWith("ld-linux"));
}

/** The bytes of a program that is to use the loader and the libraries in Holdfast's folder. */
export function copyUsingPrivateLibraries(program: string): Buffer {
  const work = mkdtempSync(join(tmpdir(), "holdfast-private-"));
  try {
    const copy = join(work, basename(program));
    copyFileSync(program, copy);
    pointToPrivateLibraries(copy);
    return readFileSync(copy);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Makes a program use the loader and the libraries that lie in Holdfast's folder, wherever it lies itself. */
function pointToPrivateLibraries(program: string): void {
  const loader = new Elf(readFileSync(program), program).interpreter;
  if (loader === null) return;
  // Not DT_RUNPATH, which does not hold for what the canvas library needs.
  const words = ["--page-size", "65536", "--force-rpath", "--set-rpath", HOME];
  const places = ["--set-interpreter", join(HOME, basename(loader)), program];
  execFileSync(patchelf(), [...words, ...places], { stdio: "inherit" });
}

function patchelf(): string {
  return join(unpackedPackages("patchelf", ["patchelf"]), "usr/bin/patchelf");
}
