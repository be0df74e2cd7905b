import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { type Watch, watchReadable } from "../linux/syscalls.ts";
import { terminalHolder } from "../linux/terminal-holder.ts";
import { OutputQueue } from "./output-queue.ts";
import { TtyDevice } from "./tty-device.ts";

/** How long a line that was hung up is left alone before it is opened again. */
const REOPEN_MS = 1000;
/** How long the last words may take to leave. */
const FAREWELL_MS = 200;

export interface PortEvents {
  onData(bytes: Buffer): void;
  /** The line is idle again, after `wantIdle`. */
  onIdle(): void;
  /** What the other end shows is not what was written: the line came back, or bytes had to be dropped. */
  onLost(): void;
  log(line: string): void;
}

/**
 * A terminal line that never stops the process: output is queued within bounds, and a line that was hung up
 * is opened again as often as it takes.
 */
export class SerialPort {
  readonly #path: string;
  readonly #events: PortEvents;
  readonly #queue: OutputQueue;
  #device: TtyDevice | null = null;
  #watch: Watch | null = null;
  #reopening: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** Opens `path`; one that is no terminal, has nothing behind it, or is another program's, is an error. */
  constructor(path: string, events: PortEvents) {
    this.#path = path;
    this.#events = events;
    this.#queue = new OutputQueue(
      {
        writeSome: (bytes) => this.#device?.writeSome(bytes) ?? 0,
        bytesWaiting: () => this.#device?.bytesWaiting() ?? 0,
      },
      { onIdle: () => events.onIdle(), onDropped: () => events.onLost() },
    );
    try {
      this.#open();
    } catch (error) {
      throw new HoldfastError("noDevice", `${path} cannot be used as a terminal: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Whether a frame written now would be seen at once. */
  get isIdle(): boolean {
    return this.#device !== null && this.#queue.isIdle;
  }

  write(text: string): void {
    if (this.#device !== null) this.#queue.write(text);
  }

  /** `onIdle` is called once, as soon as the line is idle. */
  wantIdle(): void {
    if (this.#device !== null) this.#queue.wantIdle();
  }

  setWindowSize(size: { columns: number; rows: number }): void {
    this.#device?.setWindowSize(size);
  }

  /** Sends `farewell`, as far as the line takes it in time, and gives the device back cooked. Idempotent. */
  async close(farewell: string): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#reopening !== null) clearTimeout(this.#reopening);
    this.#watch?.close();
    this.write(farewell);
    const deadline = performance.now() + FAREWELL_MS;
    while (this.#device !== null && performance.now() < deadline && this.#isSending()) await sleep(5);
    this.#queue.clear();
    this.#device?.close();
    this.#device = null;
  }

  #isSending(): boolean {
    return !this.#queue.isEmpty || (this.#device?.bytesWaiting() ?? 0) > 0;
  }

  #open(): void {
    // A pseudo terminal is there for the menu alone; nobody waits for a login on one.
    const holder = this.#path.startsWith("/dev/pts/") ? null : terminalHolder(this.#path);
    if (holder !== null) throw new Error(`${holder.name} (process ${holder.pid}) reads it`);
    const device = new TtyDevice(this.#path);
    try {
      this.#watch = watchReadable(device.fd, () => this.#read(device));
    } catch (error) {
      device.close();
      throw error;
    }
    this.#device = device;
  }

  #read(device: TtyDevice): void {
    if (this.#device !== device) return;
    let bytes: Buffer | null;
    try {
      bytes = device.read();
    } catch (error) {
      this.#events.log(`${messageOf(error)}; it is tried again every second`);
      this.#hangUp();
      return;
    }
    if (bytes !== null) this.#events.onData(bytes);
  }

  #hangUp(): void {
    this.#watch?.close();
    this.#watch = null;
    this.#queue.clear();
    this.#device?.close();
    this.#device = null;
    this.#reopenLater();
  }

  #reopenLater(): void {
    if (this.#isClosed) return;
    this.#reopening = setTimeout(() => this.#reopen(), REOPEN_MS);
  }

  #reopen(): void {
    try {
      this.#open();
    } catch {
      this.#reopenLater();
      return;
    }
    this.#events.log(`${this.#path} is back`);
    this.#events.onLost();
  }
}
