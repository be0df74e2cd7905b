import { type Heat, isHot } from "../domain/heat.ts";
import { still } from "./act.ts";
import type { Model, Step } from "./model.ts";
import { noticeOf } from "./notice.ts";
import { text } from "./texts.ts";

/** The device was felt: one that is nearly too hot is told of once, until it was cooler. */
export function warmed(model: Model, heat: Heat | null): Step {
  const hot = isHot(heat);
  const next: Model = { ...model, hot };
  if (heat === null || !hot || model.hot) return still(next);
  const degrees = { celsius: `${heat.celsius}`, limit: `${heat.limit}` };
  return still({ ...next, notice: noticeOf("warning", () => text("heat.high", degrees)) });
}
