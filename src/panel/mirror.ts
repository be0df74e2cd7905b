import type { Rect } from "./geometry.ts";
import type { IconName } from "./icons.ts";
import type { Block, Layout, Operation, Target } from "./operation.ts";

/** Signs that point along the line of reading. */
const DIRECTED: ReadonlySet<IconName> = new Set(["arrow", "back", "chevron", "play", "undo", "page"]);

/** The same screen for people who read from right to left: every place at the other side, texts as they are. */
export function mirrored(layout: Layout): Layout {
  const opposite = (rect: Rect): Rect => ({ ...rect, x: layout.width - rect.x - rect.width });
  const wholes = new Map(layout.blocks.map(({ key, whole }) => [key, whole]));
  return {
    ...layout,
    blocks: layout.blocks.map((block) =>
      block.whole === undefined ? mirroredBlock(block, opposite) : movedBlock(block, block.whole, opposite),
    ),
    targets: layout.targets.map((target) => {
      const whole = wholes.get(blockKey(target));
      const place = whole === undefined ? opposite : along(whole, opposite);
      return { ...target, rect: place(target.rect) };
    }),
    log: layout.log === null ? null : { ...layout.log, rect: opposite(layout.log.rect) },
  };
}

/** The block that a key of a keyboard is drawn by. */
function blockKey({ key }: Target): string {
  return `key:${key}`;
}

type Place = (rect: Rect) => Rect;

function mirroredBlock(block: Block, opposite: Place): Block {
  const operations = block.operations.map((operation): Operation => {
    const rect = opposite(operation.rect);
    return operation.kind === "icon" && DIRECTED.has(operation.name)
      ? { ...operation, rect, flipped: !operation.flipped }
      : { ...operation, rect };
  });
  const clip = block.clip === null ? null : opposite(block.clip);
  return { ...block, rect: opposite(block.rect), operations, clip };
}

/** Moves a block as its whole moves to the other side. */
function movedBlock(block: Block, whole: Rect, opposite: Place): Block {
  const place = along(whole, opposite);
  const operations = block.operations.map((operation) => ({ ...operation, rect: place(operation.rect) }));
  const clip = block.clip === null ? null : place(block.clip);
  return { ...block, rect: place(block.rect), operations, clip };
}

function along(whole: Rect, opposite: Place): Place {
  const dx = opposite(whole).x - whole.x;
  return (rect) => ({ ...rect, x: rect.x + dx });
}
