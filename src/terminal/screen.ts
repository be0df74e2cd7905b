import type { Intent, View } from "../menu/view.ts";
import type { KeyEvent } from "./keys.ts";

/** One way to draw the menu on a terminal: full screens or numbered lines. */
export interface Screen {
  /** Whether a choice takes a line of its own, so that it is no single stray byte. */
  readonly choosesByLines: boolean;
  show(view: View): void;
  /** What a key asks for, if anything. */
  key(event: KeyEvent): Intent | null;
  /** Nobody typed for long: what was begun is forgotten. */
  forget?(): void;
  /** Draws everything anew, whatever the terminal shows now. */
  repaint(): void;
  /** Ends drawing. Answers the bytes that make the terminal ready for the next program. */
  close(): string;
}
