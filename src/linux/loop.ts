import { closeSync, openSync } from "node:fs";
import { ioctl, SystemCallError } from "./syscalls.ts";

/** Requests, flags and sizes of <linux/loop.h>. */
const LOOP_CONFIGURE = 0x4c0a;
const LOOP_CLR_FD = 0x4c01;
const LOOP_CTL_GET_FREE = 0x4c82;
const LO_FLAGS_READ_ONLY = 1;
/** struct loop_config: fd, block size, struct loop_info64, eight reserved words. */
const CONFIG_SIZE = 8 + 232 + 64;
const OFFSET_AT = 8 + 24;
const SIZE_LIMIT_AT = 8 + 32;
const FLAGS_AT = 8 + 52;
/** Somebody else may take the free device first. */
const ATTEMPTS = 8;

/** A part of a file as a block device, for reading only. */
export interface Loop {
  readonly device: string;
  close(): void;
}

/**
 * Makes a part of a file a block device; `size` null means up to the file's end.
 * @throws SystemCallError ENXIO or ENOENT where the kernel has no loop devices.
 */
export function openLoop(file: string, offset = 0, size: number | null = null): Loop {
  const backing = openSync(file, "r");
  try {
    for (let attempt = 1; ; attempt += 1) {
      const device = `/dev/loop${freeNumber()}`;
      const fd = openSync(device, "r");
      try {
        configure(fd, device, { backing, offset, size });
        return { device, close: () => clear(fd, device) };
      } catch (error) {
        closeSync(fd);
        if (attempt === ATTEMPTS || !(error instanceof SystemCallError) || error.code !== "EBUSY")
          throw error;
      }
    }
  } finally {
    closeSync(backing);
  }
}

function freeNumber(): number {
  const control = openSync("/dev/loop-control", "r");
  try {
    return ioctl(control, LOOP_CTL_GET_FREE, 0, "LOOP_CTL_GET_FREE");
  } finally {
    closeSync(control);
  }
}

function configure(
  fd: number,
  device: string,
  { backing, offset, size }: { backing: number; offset: number; size: number | null },
): void {
  const config = Buffer.alloc(CONFIG_SIZE);
  config.writeUInt32LE(backing, 0);
  config.writeBigUInt64LE(BigInt(offset), OFFSET_AT);
  config.writeBigUInt64LE(BigInt(size ?? 0), SIZE_LIMIT_AT);
  config.writeUInt32LE(LO_FLAGS_READ_ONLY, FLAGS_AT);
  ioctl(fd, LOOP_CONFIGURE, config, `LOOP_CONFIGURE ${device}`);
}

function clear(fd: number, device: string): void {
  try {
    ioctl(fd, LOOP_CLR_FD, 0, `LOOP_CLR_FD ${device}`);
  } finally {
    closeSync(fd);
  }
}
