import { closeSync, openSync } from "node:fs";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { loopOver } from "./loop-table.ts";
import { ioctl, SystemCallError } from "./syscalls.ts";

/** Requests, flags and sizes of <linux/loop.h>. */
const LOOP_CONFIGURE = 0x4c0a;
const LOOP_CLR_FD = 0x4c01;
const LOOP_CTL_GET_FREE = 0x4c82;
const LO_FLAGS_READ_ONLY = 1;
const LO_FLAGS_PARTSCAN = 8;
/** struct loop_config: fd, block size, struct loop_info64, eight reserved words. */
const CONFIG_SIZE = 8 + 232 + 64;
const BLOCK_SIZE_AT = 4;
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

/** How a loop device lies over its file; sizes in bytes, 0 for all of it and the usual sector. */
interface LoopConfig {
  readonly mode: "r" | "r+";
  readonly flags: number;
  readonly offset?: number;
  readonly size?: number;
  readonly blockSize?: number;
}

/**
 * Makes a part of a file a block device; `size` null means up to the file's end.
 * @throws SystemCallError ENXIO or ENOENT where the kernel has no loop devices.
 */
export function openLoop(file: string, offset = 0, size: number | null = null): Loop {
  const config = { mode: "r", flags: LO_FLAGS_READ_ONLY, offset, size: size ?? 0 } as const;
  const { device, fd } = configureFree(file, config);
  return { device, close: () => clear(fd, device) };
}

/**
 * Puts a loop device with partitions over a partition that holds a whole GPT, and answers its path; one that
 * is there is used. It stays when Holdfast ends: the real root finds its other partitions by it, as it does
 * behind systemd's own (systemd-loop@). `sectorSize` is that of the inner table.
 * @throws HoldfastError `noDevice` where the kernel has no loop devices.
 */
export function attachLoop(partition: string, sectorSize: number): string {
  const known = loopOver(partition);
  if (known !== null) return known;
  try {
    const config = { mode: "r+", flags: LO_FLAGS_PARTSCAN, blockSize: sectorSize } as const;
    const { device, fd } = configureFree(partition, config);
    closeSync(fd);
    return device;
  } catch (cause) {
    throw new HoldfastError("noDevice", `no loop device over ${partition}: ${messageOf(cause)}`, {
      next: "this needs root, and a kernel with the module loop",
      cause,
    });
  }
}

/** Takes the file from a loop device; one that gave it back by itself is no error. */
export function detachLoop(device: string): void {
  try {
    clear(openSync(device, "r"), device);
  } catch (error) {
    if (!(error instanceof SystemCallError) || error.code !== "ENXIO") throw error;
  }
}

/** Takes a free loop device; `fd` keeps it open. */
function configureFree(file: string, config: LoopConfig): { device: string; fd: number } {
  const backing = openSync(file, config.mode);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const device = `/dev/loop${freeNumber()}`;
      const fd = openSync(device, config.mode);
      try {
        configure(fd, device, backing, config);
        return { device, fd };
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
  backing: number,
  { flags, offset = 0, size = 0, blockSize = 0 }: LoopConfig,
): void {
  const config = Buffer.alloc(CONFIG_SIZE);
  config.writeUInt32LE(backing, 0);
  config.writeUInt32LE(blockSize, BLOCK_SIZE_AT);
  config.writeBigUInt64LE(BigInt(offset), OFFSET_AT);
  config.writeBigUInt64LE(BigInt(size), SIZE_LIMIT_AT);
  config.writeUInt32LE(flags, FLAGS_AT);
  ioctl(fd, LOOP_CONFIGURE, config, `LOOP_CONFIGURE ${device}`);
}

function clear(fd: number, device: string): void {
  try {
    ioctl(fd, LOOP_CLR_FD, 0, `LOOP_CLR_FD ${device}`);
  } finally {
    closeSync(fd);
  }
}
