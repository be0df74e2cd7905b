import type { Rect } from "./geometry.ts";
import type { IconName } from "./icons.ts";
import type { Layout, Operation } from "./operation.ts";

/** Signs that point along the line of reading. */
const DIRECTED: ReadonlySet<IconName> = new Set(["arrow", "back", "chevron", "play", "erase", "list"]);

/** The same screen for people who read from right to left: every place at the other side, texts as they are. */
export function mirrored(layout: Layout): Layout {
  const rect = (from: Rect): Rect => ({ ...from, x: layout.width - from.x - from.width });
  const operation = (from: Operation): Operation =>
    from.kind === "icon" && DIRECTED.has(from.name)
      ? { ...from, rect: rect(from.rect), flipped: !from.flipped }
      : { ...from, rect: rect(from.rect) };
  return {
    ...layout,
    blocks: layout.blocks.map((block) => ({
      ...block,
      rect: rect(block.rect),
      operations: block.operations.map(operation),
      clip: block.clip === null ? null : rect(block.clip),
    })),
    targets: layout.targets.map((target) => ({ ...target, rect: rect(target.rect) })),
    log: layout.log === null ? null : { ...layout.log, rect: rect(layout.log.rect) },
  };
}
