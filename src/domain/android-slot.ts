import { parseBootconfig } from "./bootconfig.ts";
import { parseCommandLine } from "./command-line.ts";

/** Which slot an Android bootloader says it started. */
export interface AndroidSlotWord {
  /** "_a", "_b" and so on. */
  readonly suffix: string;
  /** False where its words contradict each other. */
  readonly certain: boolean;
}

/**
 * The slot that an Android bootloader started, from `androidboot.slot_suffix=_a` or `androidboot.slot=a` on
 * the kernel command line or, since Android 12, in /proc/bootconfig ("" where there is none). Null where it
 * left no word: the store's own active slot is then a hint, never certain.
 */
export function androidSlot(commandLine: string, bootconfig: string): AndroidSlotWord | null {
  const words = [parseCommandLine(commandLine), parseBootconfig(bootconfig)].flatMap((values) => [
    suffixOf(values.get("androidboot.slot_suffix")),
    suffixOf(values.get("androidboot.slot")),
  ]);
  const said = words.filter((word) => word !== null);
  const [suffix] = said;
  return suffix === undefined ? null : { suffix, certain: said.every((word) => word === suffix) };
}

function suffixOf(value: string | undefined): string | null {
  const [, letter] = /^_?([a-z])$/.exec(value ?? "") ?? [];
  return letter === undefined ? null : `_${letter}`;
}
