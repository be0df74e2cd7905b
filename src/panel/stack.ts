import { intersection, type Rect } from "./geometry.ts";
import { type Block, shift } from "./operation.ts";
import type { Part } from "./pen.ts";

/** Makes a part at a place. */
export type Put = (x: number, y: number, width: number) => Part;

/** A part in its place. */
export interface Piece {
  readonly key: string;
  readonly part: Part;
  readonly top: number;
}

export interface Stack {
  readonly pieces: readonly Piece[];
  readonly bottom: number;
}

/** Puts parts below each other from `top` on. */
export function stack(
  column: Rect,
  top: number,
  gap: number,
  puts: readonly (readonly [string, Put])[],
): Stack {
  const pieces: Piece[] = [];
  let y = top;
  for (const [key, put] of puts) {
    const part = put(column.x, y, column.width);
    pieces.push({ key, part, top: y });
    y += part.height + gap;
  }
  return { pieces, bottom: pieces.length === 0 ? top : y - gap };
}

/** The piece further down by `dy` pixels. */
export function moved(piece: Piece, dy: number): Piece {
  if (dy === 0) return piece;
  const operations = piece.part.operations.map((operation) => shift(operation, dy));
  return { key: piece.key, part: { operations, height: piece.part.height }, top: piece.top + dy };
}

/** Where a piece stands; only what lies in `clip`, where there is one. */
export function place(piece: Piece, column: Rect, clip: Rect | null): Rect {
  const whole = { x: column.x, y: piece.top, width: column.width, height: piece.part.height };
  return clip === null ? whole : intersection(whole, clip);
}

export function block(piece: Piece, column: Rect, clip: Rect | null): Block {
  return { key: piece.key, rect: place(piece, column, clip), operations: piece.part.operations, clip };
}
