import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { STATE_FILE_SYSTEMS, type StateNeeds, type Tool, toolsFor } from "../domain/state-tools.ts";

const PROGRAM_FOLDERS = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"] as const;

/** A file of this machine and where it goes in the archive. */
interface StateFile {
  readonly path: string;
  readonly file: string;
}

/** What the [state] section asks of the initramfs. */
export function stateNeeds({ state }: Config): StateNeeds {
  const fstype = state.device === undefined ? null : state.fstype;
  return { fstype, encrypted: state.encrypted !== undefined };
}

/**
 * The programs that the state partition of this configuration needs, found below `root`.
 * @throws HoldfastError `usage` that names the program and the package of one that is not there.
 */
export function stateFiles(config: Config, root: string): StateFile[] {
  return toolsFor(stateNeeds(config)).map((tool) => ({
    path: `bin/${tool.program}`,
    file: located(tool, root),
  }));
}

/** The Debian packages of every program that some state partition needs. */
export function statePackages(): string[] {
  const all = STATE_FILE_SYSTEMS.flatMap((fstype) => toolsFor({ fstype, encrypted: true }));
  return [...new Set(all.map((tool) => tool.package))];
}

function located(tool: Tool, root: string): string {
  const folder = PROGRAM_FOLDERS.find((one) => existsSync(join(root, one, tool.program)));
  if (folder !== undefined) return join(root, folder, tool.program);
  throw new HoldfastError("usage", `${tool.program} is missing, which [state] of the configuration needs`, {
    next: `Install ${tool.package}.`,
  });
}
