import { countdownText } from "./countdown.ts";
import { DEFAULT_DISPLAY, displayOf } from "./display.ts";
import { focusOf } from "./focus.ts";
import { type Model, topOf } from "./model.ts";
import { SCREENS } from "./screens/table.ts";
import { text } from "./texts.ts";
import type { View } from "./view.ts";

/** What a person sees of a model: plain data, the same for panel and terminal. */
export function view(model: Model): View {
  const place = topOf(model);
  const screen = SCREENS[place.screen];
  const items = screen.items(model, place);
  return {
    screen: screen.id,
    title: screen.title(model, place),
    header: { slot: null, system: null, clock: null, battery: null },
    display: displayOf(DEFAULT_DISPLAY),
    banner: screen.banner(model, place),
    facts: screen.facts(model, place),
    table: null,
    log: null,
    progress: null,
    items: items.map(({ action: _, ...item }) => item),
    focus: focusOf(model, items),
    hold: null,
    entry: null,
    notice: model.notice,
    countdown: countdownText(model),
    hint: text("hint"),
    footer: model.footer,
  };
}
