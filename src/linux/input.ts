import { readSync } from "node:fs";

/** A passphrase has a few dozen bytes; more than this is something else. */
const MAX_BYTES = 8192;

/** The first line of standard input without its end, waited for. */
export function readInput(): string {
  const bytes: Buffer[] = [];
  for (let size = 0; size < MAX_BYTES; ) {
    const chunk = Buffer.alloc(1024);
    const read = readSync(0, chunk);
    if (read === 0) break;
    bytes.push(chunk.subarray(0, read));
    size += read;
    if (chunk.subarray(0, read).includes(0x0a)) break;
  }
  return Buffer.concat(bytes).toString("utf8").split("\n")[0] ?? "";
}
