import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

/** Longest record that the kernel gives (CONSOLE_EXT_LOG_MAX). */
const RECORD = 8192;
/** The kernel's own buffer is rarely larger than a few megabytes; more records than this are a source gone wild. */
const MAX_RECORDS = 20_000;
/** Of a file that is larger, only the end is read. */
const MAX_BYTES = 1 << 20;

/** Every record of the kernel's log that is still there, oldest first, as /dev/kmsg gives them. */
export function readKernelRecords(path = "/dev/kmsg"): Buffer[] {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const records: Buffer[] = [];
  try {
    while (records.length < MAX_RECORDS) {
      const record = nextRecord(fd);
      if (record === null) break;
      if (record.length > 0) records.push(record);
    }
  } finally {
    closeSync(fd);
  }
  return records;
}

/** The next record; empty for one that was overwritten meanwhile, null at the end. */
function nextRecord(fd: number): Buffer | null {
  const record = Buffer.alloc(RECORD);
  try {
    const length = readSync(fd, record);
    return length === 0 ? null : record.subarray(0, length);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EPIPE" || code === "EINVAL") return Buffer.alloc(0);
    if (code === "EAGAIN") return null;
    throw error;
  }
}

export interface LogFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The end of every regular file of a folder that `wanted` accepts, in name order; none without the folder. */
export function readLogFiles(folder: string, wanted: (name: string) => boolean): LogFile[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter(wanted).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      return statSync(join(folder, name)).isFile() ? [{ name, bytes: endOf(join(folder, name)) }] : [];
    } catch {
      // It went away, or may not be read: the others still say something.
      return [];
    }
  });
}

function endOf(file: string): Buffer {
  const bytes = readFileSync(file);
  return bytes.subarray(Math.max(0, bytes.length - MAX_BYTES));
}
