import { nextStart, unattendedEnd } from "./continue.ts";
import { type Countdown, type Model, nameOf } from "./model.ts";
import { isGivenAway } from "./screens/usb-words.ts";
import { text } from "./texts.ts";

/** Seconds without a sign of a person after which a stopped countdown starts again. */
export const SILENCE_SECONDS = 120;

/** A person acted: the countdown stops, and waits for silence from now on. */
export function stopCountdown(model: Model): Model {
  if (model.countdown === null) return model;
  return { ...model, countdown: { ...model.countdown, left: null, silence: 0 } };
}

function ticked({ from, left, silence }: Countdown): Countdown {
  if (left !== null) return { from, left: left - 1, silence };
  return silence + 1 >= SILENCE_SECONDS
    ? { from, left: from, silence: 0 }
    : { from, left, silence: silence + 1 };
}

/**
 * One second went by. Time stands still while a write is under way, a computer has a partition, or nothing can be
 * started.
 */
export function tickCountdown(model: Model): Model {
  const waits = model.busy !== null || isGivenAway(model) || unattendedEnd(model) === null;
  if (model.countdown === null || waits) return model;
  return { ...model, countdown: ticked(model.countdown) };
}

export function isOver(model: Model): boolean {
  const left = model.countdown?.left ?? null;
  return left !== null && left <= 0 && unattendedEnd(model) !== null;
}

/** "Starting Slot B in 12 s", or that it goes on without a name; null while nothing is counted. */
export function countdownText(model: Model): string | null {
  const seconds = model.countdown?.left ?? null;
  const end = unattendedEnd(model);
  if (seconds === null || end === null) return null;
  const next = nextStart(model.status);
  if (next === null || end.kind === "unattended") return text("countdown.unattended", { seconds });
  return text("countdown", { slot: nameOf(model.status, next.slot.id), seconds });
}
