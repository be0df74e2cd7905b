import { bootHistory, historyLines } from "../domain/boot-history.ts";
import { messageOf } from "../domain/errors.ts";
import type { Log, LogLine, LogSource } from "../domain/log-source.ts";
import { lineOf, linesOf, parseCrashLine, parseKernelRecord } from "../domain/log-text.ts";
import { type LogFile, readKernelRecords, readLogFiles } from "../linux/logs.ts";
import { mountAt } from "../linux/mount-table.ts";
import { History } from "./history.ts";

export const PSTORE = "/sys/fs/pstore";

/** Where the logs of this boot lie. */
export interface LogPlaces {
  /** /run/holdfast, with what Holdfast's own commands said. */
  readonly runDir: string;
  /** Where history is kept; null when nowhere. */
  readonly history: string | null;
}

/** One log as it is now. What cannot be read is the log's problem; this never throws. */
export async function readLog(source: LogSource, places: LogPlaces): Promise<Log> {
  try {
    const lines = await READERS[source](places);
    return { source, lines, problem: lines.length === 0 ? EMPTY[source] : null };
  } catch (error) {
    return { source, lines: [], problem: `It cannot be read: ${messageOf(error)}` };
  }
}

const EMPTY: Readonly<Record<LogSource, string>> = {
  kernel: "The kernel has said nothing.",
  crash: "Nothing was kept of a crash.",
  holdfast: "Holdfast has said nothing in this boot.",
  history: "No start is remembered yet.",
};

const READERS: Readonly<Record<LogSource, (places: LogPlaces) => LogLine[] | Promise<LogLine[]>>> = {
  kernel: () => readKernelRecords().flatMap((record) => parseKernelRecord(record) ?? []),
  crash: async () => {
    await mountPstore();
    return readLogFiles(PSTORE, () => true).flatMap((file) => titled(file, parseCrashLine));
  },
  holdfast: ({ runDir }) =>
    readLogFiles(runDir, (name) => /\.(log|out)$/.test(name)).flatMap((file) => titled(file, lineOf)),
  history: ({ history }) => historyLines(bootHistory(new History(history).events())),
};

/** The lines of a file below its name; nothing of an empty one. */
function titled({ name, bytes }: LogFile, parse: (line: string) => LogLine): LogLine[] {
  const lines = linesOf(bytes).map(parse);
  return lines.length === 0 ? [] : [{ text: `— ${name}`, tone: "plain" }, ...lines];
}

/** The running system mounts it by itself; an initramfs does not. */
export async function mountPstore(): Promise<void> {
  if (process.getuid?.() !== 0 || mountAt(PSTORE) !== null) return;
  const { MS, mount } = await import("../linux/syscalls.ts");
  try {
    mount("pstore", PSTORE, "pstore", MS.nosuid | MS.nodev | MS.noexec);
  } catch {
    // A kernel without pstore keeps nothing of a crash.
  }
}

/** A log as the text of a file. */
export function logText({ lines, problem }: Log): string {
  return `${problem ?? lines.map(({ text }) => text).join("\n")}\n`;
}
