import { defaultConfig, type LoadedConfig, loadConfig } from "../config/load.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Reason } from "../domain/plan.ts";
import { readCommandLine } from "../linux/kernel.ts";
import type { GlobalOptions } from "./options.ts";

export interface Configuration extends LoadedConfig {
  readonly commandLine: string;
  /** The reason `bad-config` when the files are wrong and the defaults stand in; nothing is written then. */
  readonly readOnly: Reason | null;
}

/** The configuration for a command; with `tolerant` a bad file makes everything read-only instead of failing. */
export function configurationFor(
  options: GlobalOptions,
  mode: { readonly tolerant: boolean },
): Configuration {
  const commandLine = readCommandLine(options.root);
  try {
    const loaded = loadConfig({ file: options.config, root: options.root, commandLine });
    return { ...loaded, commandLine, readOnly: null };
  } catch (error) {
    if (!mode.tolerant || !(error instanceof HoldfastError) || error.kind !== "badConfig") throw error;
    const readOnly: Reason = { code: "bad-config", text: error.message };
    return { config: defaultConfig(), problems: [], sources: [], commandLine, readOnly };
  }
}
