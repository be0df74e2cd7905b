import type { Intent, View } from "../menu/view.ts";
import type { KeyEvent } from "./keys.ts";

/** One way to draw the menu on a terminal: full screens or numbered lines. */
export interface Screen {
  show(view: View): void;
  /** What a key asks for, if anything. */
  key(event: KeyEvent): Intent | null;
  /** Draws everything anew, whatever the terminal shows now. */
  repaint(): void;
  /** Ends drawing. Answers the bytes that make the terminal ready for the next program. */
  close(): string;
}
