import { isSystemKey } from "../domain/kept-systems.ts";
import type { Ask } from "./asks.ts";
import { askForWord } from "./confirm.ts";
import { openTyping, type Typing } from "./entry.ts";
import { setFocus } from "./focus.ts";
import type { Action, Item } from "./item.ts";
import { HOME, type Model, type Place, replaceTop, type Step, type Viewer } from "./model.ts";
import { farewell, noticeOf } from "./notice.ts";
import type { MenuOutcome } from "./outcome.ts";
import { forget } from "./readings.ts";
import { itemsNow, SCREENS } from "./screens/table.ts";
import { text } from "./texts.ts";

export function still(model: Model): Step {
  return { model, effects: [] };
}

/** A person chose an item. A dangerous one is only asked about: it wants a hold, or a word on a terminal. */
export function choose(model: Model, item: Item | undefined, from: Viewer): Step {
  if (item === undefined) return still(model);
  if (item.action === null) return still({ ...model, notice: obstacleOf(model, item, from) });
  const focused = setFocus(model, item.key);
  if (item.word === null) return act(focused, item.action, from.name);
  if (from.confirms === "word") return still({ ...focused, typing: askForWord(item, item.word, from.name) });
  return still({ ...focused, notice: noticeOf("info", () => text("hold.hint")) });
}

/** Why a disabled item cannot be chosen, which is its second line. */
function obstacleOf(model: Model, item: Item, from: Viewer): Model["notice"] {
  if (item.detail === null) return null;
  const detail = () => itemsNow(model).find(({ key }) => key === item.key)?.detail ?? "";
  return noticeOf("warning", detail, from.name);
}

/** A dangerous item was held long enough, or its word was typed. */
export function confirmed(model: Model, item: Item, from: string): Step {
  return item.action === null ? still(model) : act(model, item.action, from);
}

/** A secret was typed and is handed in. */
export function handIn(model: Model, typing: Typing): Step {
  const closed: Model = { ...model, typing: null };
  const secret = typing.typed;
  if (typing.purpose.kind === "unlock-state") {
    const change = { kind: "unlock", passphrase: secret } as const;
    return act(closed, { kind: "ask", ask: { service: "changeState", change } }, typing.from);
  }
  const { features, ephemeral } = model.draft ?? { features: [], ephemeral: false };
  const change = { kind: "turn-on", features, ephemeral, secret } as const;
  return act(closed, { kind: "ask", ask: { service: "changeDeveloper", change } }, typing.from);
}

function act(model: Model, action: Action, from: string): Step {
  switch (action.kind) {
    case "open":
      return still(open(model, { ...action.place, focus: null }));
    case "back":
      return still(goBack(model));
    case "home":
      return still({ ...model, stack: [model.stack[0]] });
    case "ask":
      return ask(model, action.ask, action.next ?? null, from);
    case "secret": {
      const typing = openTyping({ kind: "passphrase", purpose: { kind: action.purpose }, from });
      return still({ ...model, typing });
    }
    case "draft":
      return still({ ...model, draft: action.draft });
    case "place":
      return still(replaceTop(model, action.change));
    case "display":
      return display(model, action.display);
    case "finish":
      return model.busy === null ? finish(model, action.outcome, from) : wait(model);
  }
}

function open(model: Model, place: Place): Model {
  const needs = SCREENS[place.screen].needs?.(model, place) ?? [];
  const fresh = forget(
    model,
    needs.map(({ service }) => service),
  );
  return { ...fresh, draft: null, stack: [...model.stack, place] };
}

export function goBack(model: Model): Model {
  const [home, ...rest] = model.stack;
  return rest.length === 0 ? model : { ...model, stack: [home, ...rest.slice(0, -1)] };
}

/** One thing at a time is asked for that changes the device. */
function ask(model: Model, wanted: Ask, next: MenuOutcome | null, from: string): Step {
  if (model.busy !== null) return wait(model);
  const id = model.nextId;
  const busy = { id, ask: wanted, from, next, progress: null };
  const notice = noticeOf("info", () => text("notice.writing"));
  const asked: Model = { ...model, nextId: id + 1, busy, notice };
  const shown: Model =
    wanted.service === "reset"
      ? { ...asked, notice: null, stack: [HOME, { screen: "progress", slot: null, focus: null }] }
      : asked;
  return { model: shown, effects: [{ kind: "ask", id, ask: wanted, from }] };
}

/** The choice counts at once; that it is remembered is nice to have. */
function display(model: Model, chosen: Model["display"]): Step {
  const changed: Model = { ...model, display: chosen };
  if (!model.offered.has("remember")) return still(changed);
  const remember = { service: "remember", display: chosen } as const;
  return {
    model: { ...changed, nextId: model.nextId + 1 },
    effects: [{ kind: "ask", id: model.nextId, ask: remember, from: null }],
  };
}

function wait(model: Model): Step {
  return still({ ...model, notice: noticeOf("info", () => text("notice.wait")) });
}

export function finish(model: Model, outcome: MenuOutcome, from: string | null): Step {
  const notice = noticeOf("info", () => farewell(model.status, outcome), from);
  return { model: { ...model, outcome, notice }, effects: [{ kind: "finish", outcome, from }] };
}

/** Leaves the screens about a slot that is not there any more. */
export function withoutLostPlaces(model: Model): Model {
  const has = (id: string | null | undefined) =>
    id === null || id === undefined || isSystemKey(id) || model.status.slots.some((slot) => slot.id === id);
  const [home, ...rest] = model.stack;
  const lost = rest.findIndex(({ slot, other }) => !has(slot) || !has(other));
  return lost < 0 ? model : { ...model, stack: [home, ...rest.slice(0, lost)] };
}
