import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { CACHE } from "./paths.ts";

/** A program out of a Debian package that is not installed, with the environment that it runs in. */
export interface UnpackedTool {
  path(program: string): string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * fw_printenv and fw_setenv of libubootenv. The package cannot be installed beside u-boot-tools, which has
 * mkenvimage, so it is unpacked into the cache folder; works as an ordinary user.
 */
export function libubootenv(): UnpackedTool {
  const folder = join(CACHE, "tools/libubootenv");
  if (!existsSync(folder)) unpackInto(folder, ["libubootenv-tool", "libubootenv0.1"]);
  const libraries = readdirSync(join(folder, "usr/lib")).map((triple) => join(folder, "usr/lib", triple));
  return {
    path: (program) => join(folder, "usr/bin", program),
    env: { LD_LIBRARY_PATH: libraries.join(":") },
  };
}

function unpackInto(folder: string, packages: readonly string[]): void {
  mkdirSync(join(CACHE, "tools"), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    run("apt-get", ["download", "-q", "-o", "APT::Sandbox::User=root", ...packages], work);
    const root = join(work, "unpacked");
    for (const deb of readdirSync(work).filter((file) => file.endsWith(".deb"))) {
      run("dpkg-deb", ["-x", deb, root], work);
    }
    // Two test files may have started it at once; the first to be done wins.
    if (!existsSync(folder)) renameSync(root, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], cwd: string): void {
  try {
    execFileSync(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new HoldfastError("system", `${command} ${args.join(" ")} failed: ${messageOf(error)}`, {
      next: "Run apt-get update as root.",
      cause: error,
    });
  }
}
