import type { Model, Viewer } from "../../../../src/menu/model.ts";
import { view } from "../../../../src/menu/show.ts";
import type { Intent } from "../../../../src/menu/view.ts";
import { AT_REST } from "../../../../src/panel/content.ts";
import { measureText } from "../../../../src/panel/draw.ts";
import { contains } from "../../../../src/panel/geometry.ts";
import { layOut } from "../../../../src/panel/layout.ts";
import { fullScreenIntent } from "../../../../src/terminal/full-keys.ts";
import { type KeyEvent, KeyParser } from "../../../../src/terminal/keys.ts";
import { LineMode } from "../../../../src/terminal/line-mode.ts";
import { viewerOf } from "../device.ts";
import type { Hands } from "./walk.ts";

const PANEL = viewerOf("panel");
const SERIAL = viewerOf("ttyS0");

function* moves(from: number, to: number): Iterable<Intent> {
  for (let at = from; at < to; at++) yield { kind: "next" };
  for (let at = from; at > to; at--) yield { kind: "previous" };
}

function itemAt(model: Model, key: string, viewer: Viewer) {
  const seen = view(model, viewer);
  const index = seen.items.findIndex((item) => item.key === key);
  const isEnabled = (at: number) => seen.items[at]?.enabled ?? false;
  // Disabled items are passed over.
  const between = (a: number, b: number) =>
    seen.items.slice(a, b).filter((_, at) => isEnabled(a + at)).length;
  const distance = index > seen.focus ? between(seen.focus, index) : -between(index, seen.focus);
  return { distance, hold: seen.items[index]?.hold ?? false, index };
}

/** Key of the touch keyboard for each character, with what shows it. */
function* characters(text: string): Iterable<string> {
  for (const character of text) {
    const isLetter = /[a-z]/i.test(character);
    if (isLetter && character !== character.toLowerCase()) yield "shift";
    if (isLetter || /\d/.test(character)) yield `char:${character}`;
    else yield* ["page", `char:${character}`, "page"];
  }
  yield "submit";
}

/** Three keys: two that move, and one that chooses by a short press and holds by a long one. */
export const KEYS: Hands = {
  viewer: PANEL,
  *choose(model, key) {
    const { distance, hold } = itemAt(model, key, PANEL);
    yield* moves(0, distance);
    yield hold ? { kind: "hold", key: null, down: true } : { kind: "choose" };
  },
  *type(model, text) {
    let page = "small";
    let focus = model.typing?.focus ?? "";
    for (const wanted of characters(text)) {
      const shown = view(
        { ...model, typing: model.typing && { ...model.typing, page: page as "small", focus } },
        PANEL,
      ).entry;
      const keys = shown?.keys.flat().map(({ key }) => key) ?? [];
      yield* moves(keys.indexOf(focus), keys.indexOf(wanted));
      yield { kind: "choose" };
      if (wanted === "shift") page = "capital";
      else if (wanted === "page") page = page === "symbols" ? "small" : "symbols";
      else if (page === "capital") page = "small";
      focus = wanted.startsWith("char:") && page === "small" ? wanted.toLowerCase() : wanted;
    }
  },
};

/** A small phone, on which most of a list is out of sight at first. */
const SCREEN = { width: 480, height: 800, mmWidth: 0, mmHeight: 0 };

/** What a finger meets in the middle of an item, once the list is scrolled to where it is seen. */
function underFinger(model: Model, key: string): string {
  const seen = view(model, PANEL);
  for (let scroll = 0; ; scroll += SCREEN.height / 4) {
    const layout = layOut(seen, SCREEN, measureText, { ...AT_REST, scroll, follow: false });
    const there = layout.targets.find((target) => target.key === key);
    if (there !== undefined) {
      const [x, y] = [there.rect.x + there.rect.width / 2, there.rect.y + there.rect.height / 2];
      const met = layout.targets.find(({ rect }) => contains(rect, x, y));
      if (met?.enabled === true) return met.key;
    }
    if (scroll >= layout.maxScroll) throw new Error(`no finger reaches ${key} of ${seen.screen}`);
  }
}

/** A finger: it taps what it wants, or holds it, where it is drawn. */
export const TOUCH: Hands = {
  viewer: PANEL,
  *choose(model, key) {
    const { hold } = itemAt(model, key, PANEL);
    const met = underFinger(model, key);
    yield hold ? { kind: "hold", key: met, down: true } : { kind: "choose-item", key: met };
  },
  *type(model, text) {
    let page = "small";
    for (const wanted of characters(text)) {
      const typing = model.typing && { ...model.typing, page: page as "small" };
      yield { kind: "choose-item", key: underFinger({ ...model, typing }, wanted) };
      if (wanted === "shift") page = "capital";
      else if (wanted === "page") page = page === "symbols" ? "small" : "symbols";
      else if (page === "capital") page = "small";
    }
  },
};

function* typed(bytes: string, intentOf: (event: KeyEvent) => Intent | null): Iterable<Intent> {
  for (const event of new KeyParser().feed(Buffer.from(bytes))) {
    const intent = intentOf(event);
    if (intent !== null) yield intent;
  }
}

/** A serial terminal with full screens: what it sends is bytes. */
export const SERIAL_KEYS: Hands = {
  viewer: SERIAL,
  *choose(model, key) {
    const { distance } = itemAt(model, key, SERIAL);
    const bytes = (distance < 0 ? "\x1b[A" : "\x1b[B").repeat(Math.abs(distance));
    yield* typed(`${bytes}\r`, (event) => fullScreenIntent(event, view(model, SERIAL)));
  },
  *type(model, text) {
    yield* typed(`${text}\r`, (event) => fullScreenIntent(event, view(model, SERIAL)));
  },
};

function* inLines(model: Model, bytes: string): Iterable<Intent> {
  const lines = new LineMode(() => {});
  lines.show(view(model, SERIAL));
  yield* typed(bytes, (event) => lines.key(event));
}

/** A serial terminal of which nothing is known: numbers and lines. */
export const SERIAL_LINES: Hands = {
  viewer: SERIAL,
  choose: (model, key) => inLines(model, `${itemAt(model, key, SERIAL).index + 1}\r`),
  type: (model, text) => inLines(model, `${text}\r`),
};
