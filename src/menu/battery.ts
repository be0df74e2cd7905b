import type { BatteryCare } from "../domain/battery.ts";
import { finish, still } from "./act.ts";
import type { ItemRule } from "./item.ts";
import type { Model, Place, Step } from "./model.ts";
import { noticeOf } from "./notice.ts";
import { text } from "./texts.ts";

/** The battery was looked at: a low one is told once, and an empty one ends the menu while the device still can. */
export function gauged(model: Model, care: BatteryCare): Step {
  const next: Model = { ...model, care };
  // Nothing that is being written is cut off, least of all a reset.
  if (care === "empty" && model.busy === null) {
    const { model: over, effects } = finish(next, { kind: "power-off", because: "battery-empty" }, null);
    return { model: { ...over, notice: noticeOf("danger", () => text("battery.empty")) }, effects };
  }
  const isNews = care !== model.care && (care === "low" || care === "empty") && model.care !== "empty";
  return still(isNews ? { ...next, notice: noticeOf("warning", () => text("battery.low")) } : next);
}

interface Subject {
  readonly model: Model;
  readonly place: Place;
}

/** Why long work is not begun now; null where the battery allows it, or a person goes on all the same. */
export function batteryObstacle({ model, place }: Subject): string | null {
  if (model.care === "fine" || place.despiteBattery === true) return null;
  return text("battery.refused", { percent: `${model.gauges.battery?.percent ?? 0}` });
}

/** Takes that obstacle away. */
export const DESPITE_BATTERY: ItemRule<Subject> = {
  key: "despite-battery",
  shown: (subject) => batteryObstacle(subject) !== null,
  label: () => text("battery.despite"),
  detail: () => text("battery.despite.detail"),
  tone: () => "warning",
  action: () => ({ kind: "place", change: { despiteBattery: true } }),
};
