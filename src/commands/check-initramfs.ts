import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import { shellConfig, shellNeeds } from "../config/shell.ts";
import { ExitCode, HoldfastError, whyUnreadable } from "../domain/errors.ts";
import { print } from "../linux/output.ts";
import type { GlobalOptions } from "./options.ts";

/**
 * Checks the configuration for an initramfs that is being built, on whatever machine that is, and writes into
 * `folder` what its scripts need of it: config.env for the boot, needs.env for the build.
 * @throws HoldfastError `badConfig` with every mistake; nothing is written then.
 */
export function checkForInitramfs({ config: file, root }: GlobalOptions, folder: string): ExitCode {
  const { config, sources } = loadConfig({ file, root, commandLine: "" });
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "config.env"), shellConfig(config));
    writeFileSync(join(folder, "needs.env"), shellNeeds(config));
  } catch (error) {
    throw new HoldfastError("system", `${folder} cannot be written: ${whyUnreadable(error)}.`, {
      cause: error,
    });
  }
  const from = sources.length === 0 ? "none; everything is discovered" : sources.join(", ");
  print(`ok     configuration: ${from}\n`);
  return ExitCode.done;
}
