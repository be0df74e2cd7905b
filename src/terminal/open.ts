import { basename } from "node:path";
import type { Intent } from "../menu/view.ts";
import type { Console } from "../session/console.ts";
import { Terminal } from "./terminal.ts";

export interface TerminalOptions {
  /** Device node, such as "/dev/ttyS0". */
  readonly path: string;
  /** "auto" draws full screens where the terminal answers and numbered lines where it does not. */
  readonly mode: "auto" | "full" | "line";
  /** What the terminal is said to be, such as "vt100"; null when nobody said. */
  readonly term: string | null;
  onIntent(intent: Intent): void;
  log(line: string): void;
}

/** Opens a terminal as a console of the menu. Rejects when the device cannot be opened or is no terminal. */
export async function openTerminal(options: TerminalOptions): Promise<Console> {
  return new Terminal(basename(options.path), options);
}
