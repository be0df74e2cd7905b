/** Which slot an Android bootloader says it started. */
export interface AndroidSlotWord {
  /** "_a", "_b" and so on. */
  readonly suffix: string;
  /** False where its words contradict each other. */
  readonly certain: boolean;
}

/**
 * The slot that an Android bootloader started, from `androidboot.slot_suffix=_a` or `androidboot.slot=a`
 * among the words of the kernel command line or, since Android 12, the keys of /proc/bootconfig. Null where
 * it left no word: the store's own active slot is then a hint, never certain.
 */
export function androidSlot(
  commandLine: ReadonlyMap<string, string>,
  bootconfig: ReadonlyMap<string, string>,
): AndroidSlotWord | null {
  const said = [commandLine, bootconfig].flatMap((values) => {
    const found = ["androidboot.slot_suffix", "androidboot.slot"].map((key) => suffixOf(values.get(key)));
    return found.filter((suffix) => suffix !== null);
  });
  const [suffix] = said;
  return suffix === undefined ? null : { suffix, certain: said.every((word) => word === suffix) };
}

function suffixOf(value: string | undefined): string | null {
  const letter = /^_?([a-z])$/.exec(value ?? "")?.[1];
  return letter === undefined ? null : `_${letter}`;
}
