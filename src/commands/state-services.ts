import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { LOG_SOURCES, type Log, type LogSource } from "../domain/log-source.ts";
import type { Reason } from "../domain/plan.ts";
import { STATE } from "../domain/state-layout.ts";
import type { StateChange, StateReport } from "../domain/state-report.ts";
import { resolvePartition } from "../linux/block.ts";
import { encryptedReport, unlockEncrypted } from "../state/encrypted.ts";
import { History } from "../state/history.ts";
import { readLog } from "../state/logs.ts";
import { openState, openTemporary } from "../state/open.ts";
import { UnlockTries } from "../state/unlock-tries.ts";
import { historyDirOf, isBooting } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import { stateNow } from "./keeping.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { writeStateRecord } from "./state-record.ts";

/** What the menu asks about /state and the logs. */
export interface StateServices {
  state(): Promise<StateReport>;
  changeState(change: StateChange, from: string): Promise<StateReport>;
  log(source: LogSource): Promise<Log>;
  saveLogs(from: string): Promise<string>;
}

/** /state and the logs of this boot, for the menu. */
export function stateServices(options: GlobalOptions): StateServices {
  const { config, readOnly } = configurationFor(options, { tolerant: true });
  const places = () => ({ runDir: runDirOf(options), history: historyDirOf(options) });
  const tries = new UnlockTries(STATE);
  return {
    state: async () => withTries(stateNow(options), tries),
    async changeState(change, from) {
      const report = await changed({ options, config, readOnly, tries }, change);
      writeStateRecord(runDirOf(options), report);
      const history = new History(historyDirOf(options));
      await history.recordDone("state", DONE[change.kind], from);
      return report;
    },
    log: (source) => readLog(source, places()),
    async saveLogs() {
      const { saveLogs } = await import("../state/save-logs.ts");
      const logs: Log[] = [];
      for (const source of LOG_SOURCES) logs.push(await readLog(source, places()));
      return saveLogs(logs, { ownDisks: await ownDisks(config), workDir: join(runDirOf(options), "mnt") });
    },
  };
}

const DONE: Readonly<Record<StateChange["kind"], string>> = {
  repair: "/state was repaired.",
  temporary: "This start went on with a state in memory.",
  unlock: "The encrypted data was unlocked with its passphrase.",
};

/** What this boot found. How long to wait for the next passphrase changes by the second. */
function withTries(report: StateReport, tries: UnlockTries): StateReport {
  if (report.encrypted?.locked !== true) return report;
  return { ...report, encrypted: encryptedReport(STATE, report.encrypted.problem, true, tries) };
}

interface ChangeParts {
  readonly options: GlobalOptions;
  readonly config: Config;
  readonly readOnly: Reason | null;
  readonly tries: UnlockTries;
}

async function changed(
  { options, config, readOnly, tries }: ChangeParts,
  change: StateChange,
): Promise<StateReport> {
  const now = stateNow(options);
  if (!isBooting(options)) throw refused("This system runs already; /state is its own to change.");
  if (change.kind === "unlock") return unlocked(now, change.passphrase, tries);
  if (now.kind !== "unusable") throw refused("/state is in use; there is nothing to repair.");
  if (change.kind === "temporary") return openTemporary(config, now.problem ?? "A person asked for it.");
  if (readOnly !== null) throw refused(`Nothing was repaired: ${readOnly.text}`);
  const report = await openState(config, { mayCreate: true, repair: true });
  if (report.kind === "unusable") throw new HoldfastError("system", report.problem ?? "It is still broken.");
  return report;
}

async function unlocked(now: StateReport, passphrase: string, tries: UnlockTries): Promise<StateReport> {
  if (now.kind !== "partition" || now.encrypted === null) throw refused("There is nothing to unlock.");
  if (now.encrypted.open) throw refused("It is unlocked already.");
  return { ...now, encrypted: await unlockEncrypted(STATE, passphrase, tries) };
}

function refused(what: string): HoldfastError {
  return new HoldfastError("refused", what);
}

/** The disks that the slots and /state are on, which are never taken for a stick. */
async function ownDisks({ boot, slot, state }: Config): Promise<string[]> {
  const refs = [...slot.map(({ root }) => root), ...(state.device === undefined ? [] : [state.device])];
  const disks = boot.disk === undefined ? [] : [boot.disk];
  for (const ref of refs) {
    try {
      disks.push((await resolvePartition(ref)).disk);
    } catch {
      // What is not there is on no disk.
    }
  }
  return disks;
}
