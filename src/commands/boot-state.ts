import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import type { Reason } from "../domain/plan.ts";
import type { Bind } from "../domain/state-binds.ts";
import { STATE } from "../domain/state-layout.ts";
import type { StateReport } from "../domain/state-report.ts";
import { isInitramfs } from "../linux/mount-table.ts";
import { unfinishedReset } from "./boot-reset.ts";
import { type GlobalOptions, runDirOf, stateDirOf } from "./options.ts";
import { forgetStateRecord, readStateRecord, writeStateRecord } from "./state-record.ts";

/** Whether this process is part of a boot, before the root was entered: only then /state is ours to mount. */
export function isBooting(options: GlobalOptions): boolean {
  if (options.root !== "/" || options.disk !== null || process.getuid?.() !== 0) return false;
  return isInitramfs() && !existsSync(join(runDirOf(options), "boot.json"));
}

/**
 * The state partition of this boot: opened by the first command that needs it and remembered for the others.
 * Null in the running system and for another sysroot, whose mounts are not ours. Behind a bad configuration
 * nothing is made.
 */
export async function openBootState(
  options: GlobalOptions,
  { config, readOnly }: { readonly config: Config; readonly readOnly: Reason | null },
): Promise<StateReport | null> {
  if (!isBooting(options)) return null;
  const known = knownState(options);
  if (known !== null) return known;
  const { openState, unusableState } = await import("../state/open.ts");
  const unfinished = unfinishedReset(options);
  const report =
    unfinished === null
      ? await openState(config, { mayCreate: readOnly === null, repair: false })
      : unusableState(unfinished);
  writeStateRecord(runDirOf(options), report);
  return report;
}

/** What became of /state in the root that is entered. */
export interface EnteredState {
  readonly report: StateReport;
  readonly binds: readonly Bind[];
}

/**
 * Binds the directories of /state into the root at `sysroot`. Where there is none that can be used, one in memory
 * takes its place for this boot. Null when this boot knows nothing of /state; throws what a mount throws.
 */
export async function enterState(
  options: GlobalOptions,
  config: Config,
  sysroot: string,
): Promise<EnteredState | null> {
  const known = isBooting(options) ? knownState(options) : null;
  if (known === null || known.kind === "none") return null;
  const { openTemporary } = await import("../state/open.ts");
  const { bindState } = await import("../state/binds.ts");
  const opened = known.kind === "unusable" ? openTemporary(config, known.problem ?? "") : known;
  const { binds, refused } = bindState(STATE, sysroot);
  const report = { ...opened, notes: [...opened.notes, ...refused.map(({ reason }) => reason)] };
  writeStateRecord(runDirOf(options), report);
  return { report, binds };
}

/** Lets the next command open /state anew, as after a reset. */
export function forgetState(options: GlobalOptions): void {
  forgetStateRecord(runDirOf(options));
}

/** What this boot knows of /state so far; null when nothing. A record that is no record is none. */
export function knownState(options: GlobalOptions): StateReport | null {
  try {
    return readStateRecord(runDirOf(options));
  } catch {
    return null;
  }
}

/** Why a person is asked before the boot goes on without all of its data. What is wrong in detail is the report's. */
export function stateReason({ kind, encrypted }: StateReport): Reason {
  if (kind === "partition" && encrypted?.locked === true) {
    const text = "Your encrypted data is locked. Unlock it, or go on without it.";
    return { code: "state-locked", text };
  }
  const text =
    kind === "unusable"
      ? "Your data could not be opened. Without it, this start keeps everything in memory."
      : "Your encrypted data could not be opened.";
  return { code: "state-unusable", text };
}

/** Where this boot keeps its history: in /run when there is no state that lasts; null when nowhere. */
export function historyDirOf(options: GlobalOptions): string | null {
  const kind = knownState(options)?.kind;
  if (kind === "temporary" || kind === "unusable") return runDirOf(options);
  return kind === "none" && isBooting(options) ? null : stateDirOf(options);
}
