import { writeSync } from "node:fs";
import { HoldfastError, messageOf } from "../domain/errors.ts";

function write(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      // A reader that had enough, such as `holdfast status | head -1`, is no error.
      if (code === "EPIPE" || code === "EBADF") return;
      // Somebody else made the pipe or terminal non-blocking; it takes more once it is drained.
      if (code === "EAGAIN") continue;
      const what = fd === 1 ? "standard output" : "standard error";
      throw new HoldfastError("system", `${what} takes nothing more: ${messageOf(error)}`, { cause: error });
    }
  }
}

/**
 * Writes to standard output at once. process.stdout would cost a quarter of the start of a short command.
 * @throws HoldfastError `system` when it cannot be written, such as on a full disk.
 */
export function print(text: string): void {
  write(1, text);
}

/** Writes to standard error at once. Never throws: there is nobody left to tell. */
export function printError(text: string): void {
  try {
    write(2, text);
  } catch {
    // See above.
  }
}
