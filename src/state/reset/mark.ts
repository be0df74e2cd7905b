import { closeSync, openSync, readSync } from "node:fs";
import { RESET_MARK } from "../../bytes/reset-record.ts";
import { RESET_RESERVED_BYTES } from "../../domain/reset.ts";

/** Whether a partition of `size` bytes has the mark of a record of a reset at its end, as the probe looks for it. */
export function hasResetMark(device: string, size: number): boolean {
  const fd = openSync(device, "r");
  try {
    const found = Buffer.alloc(RESET_MARK.length);
    readSync(fd, found, 0, found.length, size - RESET_RESERVED_BYTES);
    return found.equals(RESET_MARK);
  } finally {
    closeSync(fd);
  }
}
