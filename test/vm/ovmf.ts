import { copyFileSync } from "node:fs";
import { join } from "node:path";

/** Debian's package ovmf: the firmware, and an empty store of variables to begin with. */
const FIRMWARE = "/usr/share/OVMF/OVMF_CODE_4M.fd";
const VARIABLES = "/usr/share/OVMF/OVMF_VARS_4M.fd";

/**
 * QEMU's arguments for a PC with real UEFI firmware; its variables are kept in `folder` and last as long as that. To
 * follow those for the processor: this firmware cannot set up page tables of five levels.
 */
export function ovmfArguments(folder: string): string[] {
  const variables = join(folder, "variables.fd");
  copyFileSync(VARIABLES, variables);
  const flash = (unit: number, file: string, more = "") => [
    ...["-drive", `if=pflash,unit=${unit},format=raw,file=${file}${more}`],
  ];
  const cpu = process.env.HOLDFAST_KVM === "1" ? "host" : "max,la57=off";
  return [...flash(0, FIRMWARE, ",readonly=on"), ...flash(1, variables), "-cpu", cpu];
}
