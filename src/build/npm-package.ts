import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { HoldfastError } from "../domain/errors.ts";
import { madeOnce, run } from "./debian.ts";
import { CACHE, PROJECT } from "./paths.ts";

const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.optional(z.string()), integrity: z.optional(z.string()) }),
  ),
});

/**
 * The folder of an npm package of the lockfile. npm does not install what is for another processor than the
 * machine's: that is fetched into the cache, and taken only when it is what the lockfile says.
 */
export function npmPackage(name: string): string {
  const installed = join(PROJECT, "node_modules", name);
  if (existsSync(installed)) return installed;
  const { version, integrity } = lockedVersion(name);
  return madeOnce(join(CACHE, "packages", `${name.replace("/", "+")}-${version}`), (work, root) => {
    run("npm", ["pack", "--silent", `${name}@${version}`], work);
    const archive = readdirSync(work).find((file) => file.endsWith(".tgz")) ?? "";
    const digest = createHash("sha512")
      .update(readFileSync(join(work, archive)))
      .digest("base64");
    if (`sha512-${digest}` !== integrity) {
      throw new HoldfastError("system", `${archive} is not what package-lock.json says`, {
        next: `Its integrity is sha512-${digest}, ${integrity} would be right.`,
      });
    }
    mkdirSync(root);
    run("tar", ["-xzf", archive, "-C", root, "--strip-components=1"], work);
  });
}

function lockedVersion(name: string): { version: string; integrity: string } {
  const text = readFileSync(join(PROJECT, "package-lock.json"), "utf8");
  const { version, integrity } = Lockfile.parse(JSON.parse(text)).packages[`node_modules/${name}`] ?? {};
  if (version !== undefined && integrity !== undefined) return { version, integrity };
  throw new HoldfastError("usage", `package-lock.json has no version and integrity of ${name}`);
}
