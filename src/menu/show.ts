import type { ResetProgress } from "../domain/reset.ts";
import { systemOf } from "./card.ts";
import { HOLD_MS } from "./confirm.ts";
import { countdownText } from "./countdown.ts";
import { inOwnWords } from "./device-words.ts";
import { type DisplayChoice, displayOf } from "./display.ts";
import { entryView } from "./entry.ts";
import { focusOf } from "./focus.ts";
import type { Item } from "./item.ts";
import { type Model, nameOf, topOf, type Viewer } from "./model.ts";
import { SCREENS } from "./screens/table.ts";
import { latinLocale, speaking, text } from "./texts.ts";
import type { Header, Progress, View } from "./view.ts";

const PANEL: Viewer = { name: "panel", confirms: "hold", letters: "all" };

/** What a person sees of a model: plain data, drawn by panel and terminal. */
export function view(model: Model, viewer: Viewer = PANEL): View {
  const { locale } = model.display;
  const readable = viewer.letters === "latin" ? latinLocale(locale) : locale;
  return speaking(readable, () => shown(model, viewer, { ...model.display, locale: readable }));
}

function shown(model: Model, viewer: Viewer, display: DisplayChoice): View {
  const place = topOf(model);
  const screen = SCREENS[place.screen];
  const items = screen.items(model, place);
  const lines = screen.lines?.(model, place) ?? null;
  const { hold, notice } = model;
  return {
    screen: screen.id,
    title: screen.title(model, place),
    header: headerOf(model),
    display: displayOf(display),
    banner: screen.banner?.(model, place) ?? null,
    facts: screen.facts?.(model, place) ?? [],
    table: screen.table?.(model, place) ?? null,
    log: lines === null ? null : { lines, at: Math.min(place.at ?? 0, Math.max(0, lines.length - 1)) },
    progress: progressOf(model),
    items: items.map(({ action: _, word: __, ...item }) => item),
    focus: focusOf(model, items),
    hold: hold === null ? null : { key: hold.key, fraction: Math.min(1, hold.ms / HOLD_MS) },
    entry: entryOf(model, items, viewer),
    notice: notice && { tone: notice.tone, text: viewer.letters === "latin" ? notice.latin : notice.text },
    countdown: countdownText(model),
    hint: text(items[focusOf(model, items)]?.hold ? "hint.hold" : "hint"),
    footer: model.footer,
  };
}

function entryOf({ typing }: Model, items: readonly Item[], viewer: Viewer): View["entry"] {
  if (typing === null) return null;
  const { purpose } = typing;
  const item = purpose.kind === "confirm" ? items.find(({ key }) => key === purpose.item) : undefined;
  return entryView(typing, item?.label ?? "", viewer.name);
}

function headerOf({ status, gauges }: Model): Header {
  const id = status.booted?.slot ?? status.next.slot;
  const slot = status.slots.find((each) => each.id === id);
  return {
    ...gauges,
    slot: id === null ? null : nameOf(status, id),
    system: slot === undefined ? null : systemOf(slot),
  };
}

function progressOf({ busy }: Model): Progress | null {
  return busy?.ask.service === "reset" ? progressView(busy.progress) : null;
}

/** How far a reset is; null before its first step. */
export function progressView(progress: ResetProgress | null): Progress {
  if (progress === null) return { text: text("progress.starting"), fraction: null };
  const { step, done, of, fraction } = progress;
  const whole = of === 0 ? null : Math.min(1, (done + (fraction ?? 0)) / of);
  return {
    text: text("progress.step", { step: inOwnWords(step), number: Math.min(done + 1, of), of }),
    fraction: whole,
  };
}
