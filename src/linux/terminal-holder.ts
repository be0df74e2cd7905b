import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "./names.ts";

/** A process that has a terminal as its controlling one. */
export interface TerminalHolder {
  readonly pid: number;
  readonly name: string;
}

interface Stat extends TerminalHolder {
  readonly parent: number;
  readonly session: number;
  /** Device number of the controlling terminal; 0 for none. */
  readonly terminal: number;
}

/**
 * The process of another session whose terminal this is, such as a getty, a shell or a question for a passphrase: with
 * two readers each gets a part of what is typed. Null where there is none, or nothing can be known.
 */
export function terminalHolder(path: string, proc = "/proc", own = process.pid): TerminalHolder | null {
  const device = statSync(path, { throwIfNoEntry: false })?.rdev ?? 0;
  if (device === 0) return null;
  const all = processes(proc);
  const ours = new Set<number>();
  for (let at = all.get(own); at !== undefined && !ours.has(at.pid); at = all.get(at.parent))
    ours.add(at.pid);
  const session = all.get(own)?.session;
  for (const each of all.values())
    if (each.terminal === device && each.session !== session && !ours.has(each.pid))
      return { pid: each.pid, name: each.name };
  return null;
}

function processes(proc: string): Map<number, Stat> {
  const pids = namesIn(proc).filter((name) => /^\d+$/.test(name));
  const buffer = Buffer.alloc(STAT_START);
  const stats = pids.flatMap((pid) => parseStat(startOf(join(proc, pid, "stat"), buffer)) ?? []);
  return new Map(stats.map((stat) => [stat.pid, stat]));
}

/** Bytes that have the name and the first six numbers. */
const STAT_START = 128;

/** The start of a small file; empty where its process has just ended. One read: there may be hundreds of them. */
function startOf(path: string, buffer: Buffer): string {
  try {
    const fd = openSync(path, "r");
    try {
      return buffer.toString("latin1", 0, readSync(fd, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return "";
  }
}

/** The start of /proc/PID/stat (proc(5)): the name is in brackets and may have brackets and spaces itself. */
function parseStat(text: string): Stat | null {
  const found = /^(\d+) \((.*)\) \S (\d+) \d+ (\d+) (-?\d+) /s.exec(text);
  if (found === null) return null;
  const [, pid, name = "", parent, session, terminal] = found;
  return {
    ...{ pid: Number(pid), name, parent: Number(parent) },
    ...{ session: Number(session), terminal: Number(terminal) },
  };
}
