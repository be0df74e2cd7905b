import type { AskFor, ReadName } from "../asks.ts";
import { inOwnWords } from "../device-words.ts";
import type { Model } from "../model.ts";
import { readingOf } from "../readings.ts";
import { text } from "../texts.ts";
import type { View } from "../view.ts";

/** What a screen says while what it is about is being read, or could not be; null once it is known. */
export function readingBanner(model: Model, ask: AskFor<ReadName>): View["banner"] {
  if (!model.offered.has(ask.service))
    return { tone: "warning", text: text("reading.missing"), technical: null };
  const reading = readingOf(model, ask);
  if (reading === null || reading.state === "asked")
    return { tone: "neutral", text: text("reading.asked"), technical: null };
  return reading.state === "failed"
    ? { tone: "danger", text: text("reading.failed"), technical: inOwnWords(reading.message) }
    : null;
}
