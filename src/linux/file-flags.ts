import { closeSync, openSync } from "node:fs";
import { ioctl, SystemCallError } from "./syscalls.ts";

/** Requests and flag of <linux/fs.h>; the kernel reads and writes 32 bits, whatever `long` is. */
const FS_IOC_GETFLAGS = 0x80086601;
const FS_IOC_SETFLAGS = 0x40086602;
const FS_IMMUTABLE_FL = 0x10;
/** What file systems without such flags answer. */
const WITHOUT_FLAGS = new Set(["ENOTTY", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

/** Takes the immutable flag from a file; answers whether it had it. */
export function clearImmutable(path: string): boolean {
  return changeFlag(path, false);
}

/** Gives a file the immutable flag. */
export function setImmutable(path: string): void {
  changeFlag(path, true);
}

/** Answers whether the flag was another one before. */
function changeFlag(path: string, wanted: boolean): boolean {
  const fd = openSync(path, "r");
  try {
    const flags = Buffer.alloc(8);
    ioctl(fd, FS_IOC_GETFLAGS, flags, `FS_IOC_GETFLAGS ${path}`);
    const before = flags.readUInt32LE();
    const after = wanted ? before | FS_IMMUTABLE_FL : before & ~FS_IMMUTABLE_FL;
    if (before === after) return false;
    flags.writeUInt32LE(after);
    ioctl(fd, FS_IOC_SETFLAGS, flags, `FS_IOC_SETFLAGS ${path}`);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && WITHOUT_FLAGS.has(error.code)) return false;
    throw error;
  } finally {
    closeSync(fd);
  }
}
