import type { ResetProgress } from "./reset.ts";

/** How often people hear of a step that takes long, in ms. */
const EVERY = 10_000;

/**
 * Words about a reset for consoles that only take lines: one line for each step, and one now and then while a
 * step takes long. Answers null where nothing is to be said; `now` is in ms.
 */
export function resetLines(now: () => number): (progress: ResetProgress) => string | null {
  let said = { step: -1, at: 0 };
  return ({ step, done, of, fraction }) => {
    const isNew = said.step !== done;
    if (!isNew && (fraction === null || now() - said.at < EVERY)) return null;
    said = { step: done, at: now() };
    const share = fraction === null || isNew ? "" : `, ${Math.floor(fraction * 100)} %`;
    return `Step ${done + 1} of ${of}: ${step}${share}`;
  };
}
