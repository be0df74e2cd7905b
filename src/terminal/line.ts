import type { Tone } from "../menu/view.ts";

/** How a piece of text looks; the tones are colours. */
export type Look = Tone | "strong" | "focus";

export interface Span {
  readonly text: string;
  readonly look: Look;
}

/** One row of the terminal. */
export type Line = readonly Span[];

export const BLANK: Line = [];

export function lineOf(text: string, look: Look = "neutral"): Line {
  return [{ text, look }];
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}
