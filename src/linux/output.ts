import { writeSync } from "node:fs";

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
      if (code !== "EAGAIN") throw error;
    }
  }
}

/** Writes to standard output at once. process.stdout would cost a quarter of the start of a short command. */
export function print(text: string): void {
  write(1, text);
}

/** Writes to standard error at once. */
export function printError(text: string): void {
  write(2, text);
}
