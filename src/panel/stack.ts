import { intersection, type Rect } from "./geometry.ts";
import { type Block, shift } from "./operation.ts";
import type { Part } from "./pen.ts";

/** Makes a part at a place. */
export type Put = (x: number, y: number, width: number) => Part;

/** A part in its place. */
export interface Piece {
  readonly key: string;
  readonly part: Part;
  readonly x: number;
  readonly top: number;
  readonly width: number;
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
    pieces.push({ key, part, x: column.x, top: y, width: column.width });
    y += part.height + gap;
  }
  return { pieces, bottom: pieces.length === 0 ? top : y - gap };
}

/** The piece further down by `dy` pixels. */
export function moved(piece: Piece, dy: number): Piece {
  if (dy === 0) return piece;
  const operations = piece.part.operations.map((operation) => shift(operation, dy));
  return { ...piece, part: { operations, height: piece.part.height }, top: piece.top + dy };
}

/** Where a piece stands; only what lies in `clip`, where there is one. */
export function place(piece: Piece, clip: Rect | null): Rect {
  const whole = { x: piece.x, y: piece.top, width: piece.width, height: piece.part.height };
  return clip === null ? whole : intersection(whole, clip);
}

export function block(piece: Piece, clip: Rect | null): Block {
  return { key: piece.key, rect: place(piece, clip), operations: piece.part.operations, clip };
}
