import { intersection, type Rect } from "./geometry.ts";
import { type Block, shift } from "./operation.ts";
import type { Part } from "./pen.ts";

/** Makes a part at a place, at least `least` pixels high where it has neighbours of that height. */
export type Put = (x: number, y: number, width: number, least?: number) => Part;

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
  return stackRows(
    column,
    top,
    gap,
    puts.map((put) => [put]),
  );
}

/** Puts rows below each other from `top` on; the parts of a row are equally wide and high. */
export function stackRows(
  column: Rect,
  top: number,
  gap: number,
  rows: readonly (readonly (readonly [string, Put])[])[],
): Stack {
  const pieces: Piece[] = [];
  let y = top;
  for (const row of rows) {
    const placed = rowAt({ ...column, y }, gap, row);
    pieces.push(...placed);
    y += Math.max(...placed.map(({ part }) => part.height)) + gap;
  }
  return { pieces, bottom: pieces.length === 0 ? top : y - gap };
}

function rowAt({ x, y, width: room }: Rect, gap: number, row: readonly (readonly [string, Put])[]): Piece[] {
  const width = Math.floor((room - (row.length - 1) * gap) / row.length);
  const left = (index: number): number => x + index * (width + gap);
  const least = row.length === 1 ? 0 : Math.max(...row.map(([, put], at) => put(left(at), y, width).height));
  return row.map(([key, put], at) => ({
    key,
    part: put(left(at), y, width, least),
    x: left(at),
    top: y,
    width,
  }));
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
