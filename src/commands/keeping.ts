import { join } from "node:path";
import type { Reason } from "../domain/plan.ts";
import type { ResetReceipt, ResetRequest } from "../domain/reset.ts";
import { STATE } from "../domain/state-layout.ts";
import type { StateReport } from "../domain/state-report.ts";
import { measured } from "../state/report.ts";
import { readBootRecord } from "./boot-record.ts";
import { knownState } from "./boot-state.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { lastReceipt, waitingReset } from "./reset-record.ts";

/** What a device keeps besides its slots: the state partition, and what a reset left there. */
export interface Keeping {
  /** Null where it is not this system's own. */
  readonly state: StateReport | null;
  readonly receipt: ResetReceipt | null;
  /** The reset that the next start carries out. */
  readonly waiting: ResetRequest | null;
  /** The slot that this start entered, and why; null where Holdfast entered none. */
  readonly start: { readonly slot: string; readonly reason: Reason } | null;
}

/** For a disk or image that is looked at from elsewhere. */
export const NOT_OURS: Keeping = { state: null, receipt: null, waiting: null, start: null };

/** What is kept below the sysroot of `options`. */
export function keepingOf(options: GlobalOptions): Keeping {
  if (options.disk !== null && options.root === "/") return NOT_OURS;
  const place = join(options.root, STATE);
  const receipt = lastReceipt(runDirOf(options), place);
  return {
    state: stateNow(options),
    receipt,
    waiting: waitingReset(place),
    start: startOf(runDirOf(options)),
  };
}

function startOf(runDir: string): Keeping["start"] {
  try {
    const record = readBootRecord(runDir);
    return record === null ? null : { slot: record.slot, reason: record.reason };
  } catch {
    // Whoever needs it to know the slot that runs says what is wrong with it.
    return null;
  }
}

/** What this boot found of /state, with the room that there is now. */
export function stateNow(options: GlobalOptions): StateReport {
  const place = join(options.root, STATE);
  const known = knownState(options);
  if (known !== null) return measured(known, place);
  const mounted = measured({ kind: "partition" }, place);
  return mounted.fstype === null ? { ...mounted, kind: "none" } : mounted;
}
