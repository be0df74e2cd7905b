import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { cookedTermios, encodeWindowSize, rawTermios, TERMIOS_SIZE, Tty } from "../bytes/termios.ts";
import { ioctl } from "../linux/syscalls.ts";
import type { Line } from "./output-queue.ts";

const READ_SIZE = 256;

function isAgain(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EAGAIN";
}

/** One opened terminal device in raw mode. Nothing here ever waits for the line. */
export class TtyDevice implements Line {
  readonly fd: number;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    try {
      this.#changeTermios(rawTermios);
    } catch (error) {
      closeSync(this.fd);
      throw error;
    }
  }

  /** What arrived; null when nothing did. Throws when the line was hung up. */
  read(): Buffer | null {
    const buffer = Buffer.alloc(READ_SIZE);
    try {
      const count = readSync(this.fd, buffer);
      if (count === 0) throw new Error(`${this.#path} was hung up`);
      return buffer.subarray(0, count);
    } catch (error) {
      if (isAgain(error)) return null;
      throw error;
    }
  }

  /** Bytes taken; 0 when the line takes none now, or was hung up, which reading finds out. */
  writeSome(bytes: Buffer): number {
    try {
      return writeSync(this.fd, bytes);
    } catch {
      return 0;
    }
  }

  bytesWaiting(): number {
    const count = Buffer.alloc(4);
    try {
      ioctl(this.fd, Tty.bytesWaiting, count, `TIOCOUTQ ${this.#path}`);
    } catch {
      return 0;
    }
    return count.readInt32LE(0);
  }

  /** Tells the kernel the size, for the programs that come after. */
  setWindowSize(size: { columns: number; rows: number }): void {
    try {
      ioctl(this.fd, Tty.setWindowSize, encodeWindowSize(size), `TIOCSWINSZ ${this.#path}`);
    } catch {
      // A convenience for others; the menu knows the size already.
    }
  }

  /** Back to line mode with echo. What was not sent is thrown away: close(2) would wait 30 s for it. */
  close(): void {
    try {
      if (this.bytesWaiting() > 0) ioctl(this.fd, Tty.flush, Tty.flushOutput, `TCFLSH ${this.#path}`);
      this.#changeTermios(cookedTermios);
    } catch {
      // The line is gone: there is nothing left to restore.
    }
    closeSync(this.fd);
  }

  #changeTermios(change: (found: Buffer) => Buffer): void {
    const found = Buffer.alloc(TERMIOS_SIZE);
    ioctl(this.fd, Tty.getTermios, found, `TCGETS ${this.#path}`);
    ioctl(this.fd, Tty.setTermios, change(found), `TCSETS ${this.#path}`);
  }
}
