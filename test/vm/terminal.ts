import type { Socket } from "node:net";
import xterm from "@xterm/headless";
import { until } from "./until.ts";

/** A person's terminal on one serial line: 80x24, answering what a real one answers, read as they see it. */
export class Terminal {
  readonly #socket: Socket;
  readonly #terminal = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 2000, allowProposedApi: true });
  #log = "";
  #isAwake = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#log += bytes.toString("latin1");
      this.#terminal.write(bytes);
    });
    socket.on("error", () => {});
    // Cursor position reports and the like go back to the machine, as from every real terminal.
    this.#terminal.onData((text) => this.#socket.write(text));
  }

  /** The 24 lines on the screen now, without trailing blanks. */
  screen(): string {
    const buffer = this.#terminal.buffer.active;
    return this.#lines(buffer.baseY, buffer.baseY + this.#terminal.rows);
  }

  /** The screen and everything that scrolled out of it. */
  history(): string {
    return this.#lines(0, this.#terminal.buffer.active.length);
  }

  /** Every byte that the machine sent, as latin1. */
  log(): string {
    return this.#log;
  }

  /** Answers a prompt of another program than Holdfast, which gets nothing else. */
  answer(text: string): void {
    this.#socket.write(text);
  }

  type(text: string): void {
    // A key that chooses nothing comes first: of one after silence alone the menu takes no choice.
    if (!this.#isAwake) this.#socket.write("\x1b[C");
    this.#isAwake = true;
    this.#socket.write(text);
  }

  /** Waits until `pattern` is on the screen; the error shows the screen and the raw log. */
  async waitFor(pattern: RegExp, timeout = 60_000): Promise<string> {
    await this.#until(() => pattern.test(this.screen()), `${pattern} on the terminal`, timeout);
    return this.screen();
  }

  /** Waits until `pattern` is on the screen or has scrolled out of it. */
  async waitForHistory(pattern: RegExp, timeout = 60_000): Promise<string> {
    await this.#until(() => pattern.test(this.history()), `${pattern} in the terminal's history`, timeout);
    return this.history();
  }

  /** What the terminal shows and got, for the error of a failed wait. */
  describe(): string {
    const raw = JSON.stringify(this.#log.slice(-6000));
    return `--- screen ---\n${this.history()}\n--- raw log, its end ---\n${raw}`;
  }

  #lines(from: number, to: number): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let row = from; row < to; row++) lines.push(buffer.getLine(row)?.translateToString(true) ?? "");
    return lines.join("\n").trimEnd();
  }

  #until(holds: () => boolean, what: string, timeout: number): Promise<void> {
    return until(holds, { what, timeout, describe: () => this.describe() });
  }
}
