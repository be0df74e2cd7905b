import type { Layout } from "./operation.ts";

/** In units: how large the arrow of a mouse is. */
const SIZE = 24;

/** Where a mouse points, in the pixels of what is drawn; it stays on the screen. */
export class Pointer {
  #at: { readonly x: number; readonly y: number } | null = null;

  /** Moves it; from the middle when it was not there. */
  move(dx: number, dy: number, { width, height }: Pick<Layout, "width" | "height">): void {
    const { x, y } = this.#at ?? { x: width / 2, y: height / 2 };
    this.#at = {
      x: Math.min(Math.max(x + dx, 0), width - 1),
      y: Math.min(Math.max(y + dy, 0), height - 1),
    };
  }

  /** null while there is no mouse, or a finger took over. */
  get at(): { readonly x: number; readonly y: number } | null {
    return this.#at;
  }

  /** True when it was seen. */
  hide(): boolean {
    const seen = this.#at !== null;
    this.#at = null;
    return seen;
  }

  /** The layout with the arrow on top, its tip where it points. */
  over(layout: Layout, unit: number): Layout {
    if (this.#at === null) return layout;
    const size = Math.round(SIZE * unit);
    // The tip of the drawing is at 4 and 2.5 of 24.
    const rect = {
      x: Math.round(this.#at.x - (size * 4) / 24),
      y: Math.round(this.#at.y - (size * 2.5) / 24),
      width: size,
      height: size,
    };
    const arrow = { kind: "icon", rect, name: "pointer", color: "text", flipped: false } as const;
    return {
      ...layout,
      blocks: [...layout.blocks, { key: "pointer", rect, operations: [arrow], clip: null }],
    };
  }
}
