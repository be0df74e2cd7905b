/** What waits for a slow line at most; more means that nobody reads, and a full repaint follows. */
const MAX_WAITING = 64 * 1024;
const FIRST_RETRY_MS = 10;
const LAST_RETRY_MS = 160;

/** The device below a queue. */
export interface Line {
  /** Takes as many bytes as it can without waiting, and says how many. */
  writeSome(bytes: Buffer): number;
  /** Bytes that the driver still has to send, or 0 where it does not say. */
  bytesWaiting(): number;
}

/**
 * Bounded output to a line that may be slow or stuck: writing never waits. When more than the bound would
 * have to wait, all of it is dropped and `onDropped` is called once the line moves again.
 */
export class OutputQueue {
  readonly #line: Line;
  readonly #events: { onIdle(): void; onDropped(): void };
  #waiting: Buffer = Buffer.alloc(0);
  #hasDropped = false;
  #delay = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | null = null;
  #isIdleWanted = false;

  constructor(line: Line, events: { onIdle(): void; onDropped(): void }) {
    this.#line = line;
    this.#events = events;
  }

  /** Whether everything written so far is on its way, but for a few bytes: a new frame would not be late. */
  get isIdle(): boolean {
    return this.#waiting.length === 0 && !this.#hasDropped && this.#line.bytesWaiting() <= FEW_BYTES;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  write(text: string): void {
    if (this.#hasDropped) return;
    this.#waiting = Buffer.concat([this.#waiting, Buffer.from(text)]);
    if (this.#timer === null || this.#isIdleWanted) this.#push();
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting = Buffer.alloc(0);
      this.#hasDropped = true;
    }
    if (this.#waiting.length > 0 || this.#hasDropped) this.#retryLater();
  }

  /** `onIdle` is called once, when the line is idle again. */
  wantIdle(): void {
    this.#isIdleWanted = true;
    this.#retryLater();
  }

  /** Forgets what waits; a new device starts with an empty line. */
  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = Buffer.alloc(0);
    this.#hasDropped = false;
    this.#isIdleWanted = false;
    this.#delay = FIRST_RETRY_MS;
  }

  #push(): void {
    while (this.#waiting.length > 0) {
      const count = this.#line.writeSome(this.#waiting);
      if (count <= 0) return;
      this.#waiting = this.#waiting.subarray(count);
      this.#delay = FIRST_RETRY_MS;
    }
  }

  #retryLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#retry();
    }, this.#delay);
    this.#delay = Math.min(this.#delay * 2, LAST_RETRY_MS);
  }

  #retry(): void {
    this.#push();
    if (this.#hasDropped && this.#line.bytesWaiting() <= FEW_BYTES && this.#accepts()) {
      this.clear();
      this.#events.onDropped();
      return;
    }
    if (this.#isIdleWanted && this.isIdle) {
      this.#isIdleWanted = false;
      this.#events.onIdle();
      return;
    }
    if (this.#waiting.length > 0 || this.#hasDropped || this.#isIdleWanted) this.#retryLater();
  }

  /** Whether the line takes bytes again; a carriage return shows nothing. */
  #accepts(): boolean {
    return this.#line.writeSome(Buffer.from("\r")) > 0;
  }
}

/** About 10 ms at 115200 baud. */
const FEW_BYTES = 128;
