import headless from "@xterm/headless";

/** A terminal that shows what was written to it, as a person would see it. */
export class Emulator {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  /** Everything written so far. */
  written = "";

  constructor(columns = 80, rows = 24) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  }

  /** Takes output; a line feed moves to the first column, as ONLCR of the line makes it. */
  write(output: string): void {
    this.written += output;
    this.#terminal.write(output.replaceAll("\n", "\r\n"));
  }

  onReply(reply: (bytes: string) => void): void {
    this.#terminal.onData(reply);
  }

  /** Takes raw bytes of a line that already has its carriage returns. */
  writeRaw(output: string): void {
    this.written += output;
    this.#terminal.write(output);
  }

  /** The rows of the screen once everything written was drawn; trailing blanks are cut. */
  async rows(): Promise<string[]> {
    await new Promise<void>((resolve) => this.#terminal.write("", resolve));
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? "").trimEnd(),
    );
  }

  /** The text of the cells that are drawn inverse, row by row. */
  async inverse(): Promise<string[]> {
    const rows = await this.rows();
    const { active } = this.#terminal.buffer;
    return rows.flatMap((_, row) => {
      const line = active.getLine(active.baseY + row);
      const cells = Array.from({ length: this.#terminal.cols }, (_, column) => line?.getCell(column));
      const text = cells.map((cell) => (cell?.isInverse() ? cell.getChars() : "")).join("");
      return text === "" ? [] : [text];
    });
  }

  /** Rows that scrolled out at the top. */
  get scrolled(): number {
    return this.#terminal.buffer.active.baseY;
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }
}
