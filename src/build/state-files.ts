import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type StateNeeds, type Tool, toolsFor } from "../domain/state-tools.ts";

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
 * The programs that the state partition of this configuration needs.
 * @throws HoldfastError `usage` that names the program and the package of one that this machine does not have.
 */
export function stateFiles(config: Config): StateFile[] {
  return toolsFor(stateNeeds(config)).map((tool) => ({ path: `bin/${tool.program}`, file: located(tool) }));
}

function located(tool: Tool): string {
  const folder = PROGRAM_FOLDERS.find((one) => existsSync(join(one, tool.program)));
  if (folder !== undefined) return join(folder, tool.program);
  throw new HoldfastError("usage", `${tool.program} is missing, which [state] of the configuration needs`, {
    next: `Install ${tool.package}.`,
  });
}
