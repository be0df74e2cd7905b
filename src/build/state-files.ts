import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { stateNeeds } from "../config/initramfs-needs.ts";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { STATE_FILE_SYSTEMS, type Tool, toolsFor } from "../domain/state-tools.ts";
import { HOST, targetOf } from "./target.ts";

const PROGRAM_FOLDERS = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"] as const;

/** A file of this machine and where it goes in the archive. */
interface StateFile {
  readonly path: string;
  readonly file: string;
}

/**
 * The programs that the state partition of this configuration needs, and what they load by name, found below
 * `root`.
 * @throws HoldfastError `usage` that names the file and the package of one that is not there.
 */
export function stateFiles(config: Config, root: string): StateFile[] {
  const programs = toolsFor(stateNeeds(config)).map((tool) => ({
    path: `bin/${tool.program}`,
    file: located(tool, root),
  }));
  return config.state.encrypted?.tpm2 === true ? [...programs, ...tpm2Files(root)] : programs;
}

/** cryptsetup's plugin for the tokens of systemd-cryptenroll, and the libraries that it loads when it is asked. */
const TPM2_FILES: readonly Tool[] = [
  { program: "cryptsetup/libcryptsetup-token-systemd-tpm2.so", package: "systemd" },
  { program: "libtss2-esys.so.0", package: "libtss2-esys-3.0.2-0" },
  { program: "libtss2-mu.so.0", package: "libtss2-mu0" },
  { program: "libtss2-rc.so.0", package: "libtss2-rc0" },
  { program: "libtss2-tcti-device.so.0", package: "libtss2-tcti-device0" },
];

/** Each where the loader of this machine looks for it: another architecture's are not supported. */
function tpm2Files(root: string): StateFile[] {
  const folders = targetOf(HOST).libraries.map((folder) => join(root, folder));
  return TPM2_FILES.map((tool) => {
    const file = folders.map((folder) => join(folder, tool.program)).find((path) => existsSync(path));
    if (file === undefined) throw missing(tool);
    return { path: relative(root, file), file };
  });
}

/** The Debian packages of every program that some state partition needs. */
export function statePackages(): string[] {
  const all = STATE_FILE_SYSTEMS.flatMap((fstype) => toolsFor({ fstype, encrypted: true }));
  return [...new Set(all.map((tool) => tool.package))];
}

function located(tool: Tool, root: string): string {
  const folder = PROGRAM_FOLDERS.find((one) => existsSync(join(root, one, tool.program)));
  if (folder !== undefined) return join(root, folder, tool.program);
  throw missing(tool);
}

function missing(tool: Tool): HoldfastError {
  return new HoldfastError("usage", `${tool.program} is missing, which [state] of the configuration needs`, {
    next: `Install ${tool.package}.`,
  });
}
