import { join } from "node:path";
import type { ResetReceipt } from "../domain/reset.ts";
import { STATE } from "../domain/state-layout.ts";
import type { StateReport } from "../domain/state-report.ts";
import { readReceipt } from "../state/receipt.ts";
import { measured } from "../state/report.ts";
import { knownState } from "./boot-state.ts";
import type { GlobalOptions } from "./options.ts";

/** What a device keeps besides its slots: the state partition, and what a reset left there. */
export interface Keeping {
  /** Null where it is not this system's own. */
  readonly state: StateReport | null;
  readonly receipt: ResetReceipt | null;
}

/** For a disk or image that is looked at from elsewhere. */
export const NOT_OURS: Keeping = { state: null, receipt: null };

/** What is kept below the sysroot of `options`. */
export function keepingOf(options: GlobalOptions): Keeping {
  if (options.disk !== null && options.root === "/") return NOT_OURS;
  return { state: stateNow(options), receipt: readReceipt(join(options.root, STATE)) };
}

/** What this boot found of /state, with the room that there is now. */
export function stateNow(options: GlobalOptions): StateReport {
  const place = join(options.root, STATE);
  const known = knownState(options);
  if (known !== null) return measured(known, place);
  const mounted = measured({ kind: "partition" }, place);
  return mounted.fstype === null ? { ...mounted, kind: "none" } : mounted;
}
