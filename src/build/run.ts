import { execFileSync } from "node:child_process";
import { HoldfastError } from "../domain/errors.ts";

/**
 * Runs a tool of the build and answers its stdout; when it fails, its own words are in the error.
 * mkfs tools and sfdisk lie in /sbin, which an ordinary user's PATH leaves out on Debian.
 */
export function run(command: string, args: readonly string[], input = ""): string {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: "C" };
  try {
    return execFileSync(command, args, { env, input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
  } catch (error) {
    const words = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    throw new HoldfastError("system", `${command} ${args.join(" ")} failed: ${words}`, {
      next: "Run sh src/build/setup.sh test to install what is missing.",
      cause: error,
    });
  }
}
