import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
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
  const loader = basename(new Elf(readFileSync(binary), binary).interpreter ?? "");
  for (const library of libraryClosure([binary, join(folder, "skia.node")], target.libraries)) {
    copyFileSync(library, join(folder, basename(library)));
  }
  // Not DT_RUNPATH, which does not hold for what the canvas library needs. After injection: what builds the
  // binary does not survive a string table that was moved before.
  const words = ["--page-size", "65536", "--force-rpath", "--set-rpath", "$ORIGIN"];
  execFileSync(patchelf(), [...words, "--set-interpreter", join(HOME, loader), binary], { stdio: "inherit" });
}

function patchelf(): string {
  return join(unpackedPackages("patchelf", ["patchelf"]), "usr/bin/patchelf");
}
