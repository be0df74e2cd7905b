import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { diskAt } from "../linux/disk.ts";
import { readText } from "../linux/kernel.ts";
import type { EvidenceSource } from "./evidence.ts";
import type { RaucSystem } from "./rauc-system.ts";
import type { VariableStore } from "./variable-style.ts";

/*
 * Stores in files of the machine. What reads one is loaded only where it is there: on most devices there is none,
 * and gate has to be quick.
 */

type StoreSource = Pick<EvidenceSource, "machine" | "config">;

/** Variables of a bootloader; null when they cannot be read. */
export interface VariableEvidence {
  readonly path: string;
  readonly variables: ReadonlyMap<string, string> | null;
}

export interface GrubEvidence extends VariableEvidence {
  /** Whether greenboot is installed: its folders stay when a good mark has taken its counter away. */
  readonly greenboot: boolean;
  /** Whether the grub.cfg beside the block counts; null where there is none to look at. */
  readonly counts: boolean | null;
}

/** RAUC's configuration, and where it lies. */
export interface RaucEvidence {
  readonly path: string;
  readonly system: RaucSystem;
}

/** U-Boot's environment, where fw_env.config says it is; null without that file. */
export async function ubootEnvOf({ machine, config }: StoreSource): Promise<VariableEvidence | null> {
  const section = config?.["uboot-env"];
  if (section === undefined || machine === null) return null;
  const path = join(machine, section.fw_env_config);
  if (!isThere(path)) return null;
  const { openEnvStore } = await import("./uboot-env.ts");
  return variablesAt(path, () => openEnvStore(section, machine));
}

/** Where greenboot's checks and its configuration lie (greenboot: its package's files). */
const GREENBOOT = ["etc/greenboot", "usr/lib/greenboot"];

/** GRUB's environment block; null without that file. */
export async function grubenvOf({ machine, config }: StoreSource): Promise<GrubEvidence | null> {
  if (config === null || machine === null) return null;
  const path = join(machine, config.grubenv.grubenv);
  if (!isThere(path)) return null;
  const { GrubEnvStore } = await import("./grubenv.ts");
  const found = await variablesAt(path, async () => new GrubEnvStore(diskAt(path), path));
  const script = readText(join(dirname(path), "grub.cfg"));
  return {
    ...found,
    greenboot: GREENBOOT.some((folder) => isThere(join(machine, folder))),
    counts: script === "" ? null : /\bboot_counter\b/.test(script),
  };
}

/** RAUC's configuration; null without that file, or when it cannot be understood. */
export async function raucOf({ machine, config }: StoreSource): Promise<RaucEvidence | null> {
  if (config === null || machine === null) return null;
  const path = join(machine, config.rauc.system_conf);
  if (!isThere(path)) return null;
  const { readRaucSystem } = await import("./rauc.ts");
  try {
    return { path, system: await readRaucSystem(path) };
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}

async function variablesAt(path: string, open: () => Promise<VariableStore>): Promise<VariableEvidence> {
  try {
    return { path, variables: (await (await open()).read()).variables };
  } catch (error) {
    if (error instanceof HoldfastError) return { path, variables: null };
    throw error;
  }
}

/** Whether there is a file or folder of this name. */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
