import { type Model, replaceTop, topOf } from "./model.ts";
import { linesNow } from "./screens/table.ts";

/** Moves the long text of the screen that is seen; its ends are ends. */
export function scrolled(model: Model, lines: number): Model {
  const all = linesNow(model);
  if (all === null || !Number.isSafeInteger(lines)) return model;
  const last = Math.max(0, all.length - 1);
  const at = Math.min(last, Math.max(0, (topOf(model).at ?? 0) + lines));
  return replaceTop(model, { at });
}
