import { choose, confirmed, finish, goBack, handIn, still } from "./act.ts";
import { gauged } from "./battery.ts";
import { dangerous, heldItem, isWord, startHold } from "./confirm.ts";
import { unattendedEnd } from "./continue.ts";
import { isOver, stopCountdown, tickCountdown } from "./countdown.ts";
import { erase, moveKey, pressKey, type Typing, type } from "./entry.ts";
import { focusOf, moveFocus } from "./focus.ts";
import { warmed } from "./heat.ts";
import { type Input, type Model, type Step, topOf, type Viewer } from "./model.ts";
import { noticeOf } from "./notice.ts";
import { askedAgain, waited, withNeeds } from "./readings.ts";
import { onReply } from "./reply.ts";
import { itemsNow, SCREENS } from "./screens/table.ts";
import { isGivenAway } from "./screens/usb-words.ts";
import { scrolled } from "./scroll.ts";
import { speaking, text } from "./texts.ts";
import type { Intent } from "./view.ts";

/** The first step of a menu that was just opened: asks what its first screen must know. */
export function begin(model: Model): Step {
  return withNeedsOfTop(still(model));
}

/** The menu's only way to change: a model and what happened give the next model and what is to be done. */
export function update(model: Model, input: Input): Step {
  if (model.outcome !== null) return still(model);
  return speaking(model.display.locale, () => withNeedsOfTop(onInput(model, input)));
}

function withNeedsOfTop(step: Step): Step {
  if (step.model.outcome !== null) return step;
  const place = topOf(step.model);
  return withNeeds(step, SCREENS[place.screen].needs?.(step.model, place) ?? []);
}

function onInput(model: Model, input: Input): Step {
  switch (input.kind) {
    case "intent":
      return onIntent({ ...stopCountdown(model), notice: null }, input.intent, input.from);
    case "gauges":
      return gauged({ ...model, gauges: input.gauges }, input.care);
    case "heat":
      return warmed(model, input.heat);
    case "told":
      return still({ ...model, notice: noticeOf("warning", () => input.text) });
    case "held":
      return onHeld(model, input.ms);
    case "abandoned":
      // Nothing that is being written is cut off, least of all a reset, or what a computer does.
      return model.busy === null && !isGivenAway(model)
        ? finish(model, { kind: "power-off", because: "nobody-there" }, null)
        : still(model);
    case "tick":
      return withLink(onTick(tickCountdown(waited(model))));
    default:
      return onReply(model, input);
  }
}

function onTick(model: Model): Step {
  const end = isOver(model) ? unattendedEnd(model) : null;
  return end === null ? still(model) : finish(model, end, null);
}

/** Whether a computer took up what is offered is seen on the screen that says so, each second. */
function withLink(step: Step): Step {
  return topOf(step.model).screen === "usb" ? askedAgain(step, { service: "usbLink" }) : step;
}

function onHeld(model: Model, ms: number): Step {
  if (model.hold === null) return still(model);
  const held: Model = { ...model, hold: { ...model.hold, ms: model.hold.ms + ms } };
  if (dangerous(held, model.hold.key) === null) return still({ ...held, hold: null });
  const item = heldItem(held);
  return item === null ? still(held) : confirmed({ ...held, hold: null }, item, model.hold.from);
}

function onIntent(model: Model, intent: Intent, from: Viewer): Step {
  // A reset cannot be left: it ends with its receipt, or with what kept it from one.
  if (model.busy?.ask.service === "reset") return still(model);
  if (intent.kind === "hold") return still(onHold(model, intent, from));
  const calm: Model = { ...model, hold: null };
  if (calm.typing !== null) return onTyping(calm, calm.typing, intent, from);
  switch (intent.kind) {
    case "next":
      return still(moveFocus(calm, 1));
    case "previous":
      return still(moveFocus(calm, -1));
    case "back":
      return still(goBack(calm));
    case "choose": {
      const items = itemsNow(calm);
      return choose(calm, items[focusOf(calm, items)], from);
    }
    case "choose-item":
      return choose(
        calm,
        itemsNow(calm).find((item) => item.key === intent.key),
        from,
      );
    case "scroll":
      return still(scrolled(calm, intent.lines));
    case "type":
    case "erase":
    case "submit":
      return still(calm);
  }
}

function onHold(model: Model, intent: Extract<Intent, { kind: "hold" }>, from: Viewer): Model {
  if (model.typing !== null) return { ...model, hold: null };
  if (intent.down) {
    if (model.hold === null) return startHold(model, intent.key, from);
    // A key that repeats is one press; somebody else's is something else that is done.
    return model.hold.from === from.name ? model : { ...model, hold: null };
  }
  if (model.hold === null || model.hold.from !== from.name) return model;
  return { ...model, hold: null, notice: noticeOf("info", () => text("hold.released")) };
}

/** While a text is asked for: its own console types, every console may give it up. */
function onTyping(model: Model, typing: Typing, intent: Intent, from: Viewer): Step {
  const given = (): Step => still({ ...model, typing: null });
  const wants = (changed: Typing): Step => still({ ...model, typing: changed });
  const isHere = from.name === typing.from;
  if (intent.kind === "back" || (intent.kind === "choose-item" && intent.key === "cancel")) return given();
  if (!isHere) {
    if (intent.kind === "choose") return given();
    return still({
      ...model,
      notice: noticeOf("info", () => text("entry.elsewhere", { console: typing.from })),
    });
  }
  switch (intent.kind) {
    case "type":
      return wants(type(typing, intent.text));
    case "erase":
      return wants(erase(typing));
    case "next":
      return wants(moveKey(typing, 1));
    case "previous":
      return wants(moveKey(typing, -1));
    case "submit":
      return submitted(model, typing, from);
    case "choose":
    case "choose-item": {
      const pressed = pressKey(typing, intent.kind === "choose" ? typing.focus : intent.key);
      if (pressed === "cancel") return given();
      return pressed === "submit" ? submitted(model, typing, from) : wants(pressed);
    }
    default:
      return still(model);
  }
}

function submitted(model: Model, typing: Typing, from: Viewer): Step {
  const { purpose } = typing;
  if (purpose.kind !== "confirm") return handIn(model, typing);
  if (!isWord(typing.typed, purpose.word)) {
    return still({ ...model, typing: { ...typing, typed: "", error: "wrong-word" } });
  }
  const item = dangerous(model, purpose.item);
  const closed: Model = { ...model, typing: null };
  if (item !== null) return confirmed(closed, item, from.name);
  return still({ ...closed, notice: noticeOf("warning", () => text("entry.gone"), from.name) });
}
