import { type ChromeosAttributes, prioritize, putLast, takeTry } from "../bytes/chromeos-attributes.ts";
import type { Change } from "../domain/slot.ts";

/** What a change depends on besides the counters. */
export interface ChangeContext {
  readonly freshTries: number;
  /** Whether the changed slot is the one that runs now. */
  readonly isBooted: boolean;
}

/**
 * Counters of all kernels of a disk, in table order, after a change to the one at `index`. Pure; equals its
 * input where nothing changes. The operations are those of cgpt: prioritize, add -S1 -T0, add -S0 -T n.
 */
export function changed(
  kernels: readonly ChromeosAttributes[],
  index: number,
  change: Change,
  context: ChangeContext,
): readonly ChromeosAttributes[] {
  const slot = kernels[index];
  if (slot === undefined) throw new RangeError(`there is no kernel ${index}`);
  switch (change.kind) {
    case "take-try":
      return kernels.with(index, takeTry(slot));
    case "mark-bad":
      return kernels.with(index, { priority: 0, tries: 0, successful: false });
    case "set-tries": {
      const counted = kernels.with(index, { ...slot, tries: change.tries, successful: false });
      return slot.priority > 0 ? counted : reordered(counted, index, putLast);
    }
    case "mark-good": {
      const marked = kernels.with(index, { ...slot, tries: 0, successful: true });
      return slot.priority > 0 ? marked : reordered(marked, index, context.isBooted ? prioritize : putLast);
    }
    case "select": {
      const tries = slot.successful || slot.tries > 0 ? slot.tries : context.freshTries;
      return reordered(kernels.with(index, { ...slot, tries }), index, prioritize);
    }
  }
}

function reordered(
  kernels: readonly ChromeosAttributes[],
  index: number,
  order: (priorities: readonly number[], index: number) => number[],
): readonly ChromeosAttributes[] {
  const priorities = order(
    kernels.map((kernel) => kernel.priority),
    index,
  );
  return kernels.map((kernel, i) => ({ ...kernel, priority: priorities[i] ?? kernel.priority }));
}
