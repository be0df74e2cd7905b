import type { View } from "../menu/view.ts";

export type { MenuOutcome } from "../menu/outcome.ts";

/** One place where the menu is shown: the panel or a terminal. `show` must never block or throw. */
export interface Console {
  /** What the log and notices call it, such as "panel" or "ttyS0". */
  readonly name: string;
  /** How a dangerous step is confirmed here: by a hold of three seconds, or by typing a word. */
  readonly confirms: "hold" | "word";
  /** Letters that it can show; the menu speaks English where it cannot show its own. */
  readonly letters: "all" | "latin";
  show(view: View): void;
  /** Gives the device back in the state that the next program expects. Idempotent. */
  close(): Promise<void>;
}
