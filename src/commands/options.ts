import { statSync } from "node:fs";
import { join } from "node:path";
import { RUN_DIR } from "../domain/plan.ts";

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The options that every command takes. */
export interface GlobalOptions {
  /** Configuration file instead of the look-up. */
  readonly config: string | null;
  /** Sysroot: configuration, /state, /run and the kernel command line are looked up below it. */
  readonly root: string;
  /** Disk or image instead of the configured disk. */
  readonly disk: string | null;
  readonly scheme: string | null;
  readonly logLevel: LogLevel;
}

/** Where the run-time files lie. */
export function runDirOf(options: GlobalOptions): string {
  return join(options.root, RUN_DIR);
}

/**
 * Where /state is mounted; null when there is none, and when the commands look at a disk or image that is
 * not this system's own, whose history is not ours to write.
 */
export function stateDirOf(options: GlobalOptions): string | null {
  if (options.disk !== null && options.root === "/") return null;
  const path = join(options.root, "state");
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : null;
}
