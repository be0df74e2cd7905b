import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import type { Size } from "./line.ts";

/** Moving down line by line over what stays (CNL), as one step: three bytes less for every line. */
function shorten(output: string): string {
  return output.replace(/(?:\x1b\[E){2,}/g, (steps) => `\x1b[${steps.length / 3}E`);
}

/**
 * What ink writes to in place of process.stdout. It is no TTY on purpose: ink then leaves cursor and
 * synchronized updates alone (16 bytes a frame), and no handler of it writes to process.stderr at exit.
 */
export class InkOutput extends EventEmitter {
  readonly isTTY = false;
  readonly writable = true;
  readonly columns: number;
  readonly rows: number;
  #send: ((output: string) => void) | null;

  constructor(size: Size, send: (output: string) => void) {
    super();
    this.columns = size.columns;
    this.rows = size.rows;
    this.#send = send;
  }

  write(output: string, done?: () => void): boolean {
    if (output !== "") this.#send?.(shorten(output));
    if (typeof done === "function") queueMicrotask(done);
    return true;
  }

  /** Whatever is written from now on goes nowhere. */
  mute(): void {
    this.#send = null;
  }
}

/** An input that never says anything: keys reach the menu by our own parser. */
export function silentInput(): NodeJS.ReadStream {
  return new Readable({ read() {} }) as unknown as NodeJS.ReadStream;
}
