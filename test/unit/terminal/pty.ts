import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { ioctl, type Watch, watchReadable } from "../../../src/linux/syscalls.ts";

const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;

/** The other end of a real terminal line: what is typed there reaches the program on `path`. */
export class Pty {
  readonly path: string;
  readonly #fd: number;
  #watch: Watch | null = null;
  /** Everything that the program wrote and that was read here. */
  received = "";
  onData: (bytes: string) => void = () => {};

  constructor() {
    this.#fd = openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    ioctl(this.#fd, TIOCSPTLCK, Buffer.alloc(4), "TIOCSPTLCK");
    const number = Buffer.alloc(4);
    ioctl(this.#fd, TIOCGPTN, number, "TIOCGPTN");
    this.path = `/dev/pts/${number.readUInt32LE(0)}`;
  }

  /** Reads from now on; before, the line stalls once its buffer is full. */
  startReading(): void {
    this.#watch ??= watchReadable(this.#fd, () => this.#read());
  }

  stopReading(): void {
    this.#watch?.close();
    this.#watch = null;
  }

  type(text: string | Buffer): void {
    const bytes = Buffer.from(text);
    writeSync(this.#fd, bytes, 0, bytes.length);
  }

  hangUp(): void {
    this.stopReading();
    closeSync(this.#fd);
  }

  #read(): void {
    const buffer = Buffer.alloc(4096);
    try {
      const text = buffer.toString("latin1", 0, readSync(this.#fd, buffer));
      this.received += text;
      this.onData(text);
    } catch {
      // Nobody has the other end open.
      this.stopReading();
    }
  }
}
