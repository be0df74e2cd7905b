import type { DeviceStatus } from "../domain/status.ts";
import { unattendedEnd } from "./continue.ts";
import { isOver, stopCountdown, tickCountdown } from "./countdown.ts";
import { focusOf, moveFocus, setFocus } from "./focus.ts";
import type { Action, Item } from "./item.ts";
import { findSlot, type Input, type Model, type Place, type Step } from "./model.ts";
import { changeDone, farewell, signed } from "./notice.ts";
import type { MenuOutcome } from "./outcome.ts";
import { itemsNow } from "./screens/table.ts";
import { text } from "./texts.ts";
import type { Intent } from "./view.ts";

/** The menu's only way to change: a model and what happened give the next model and what is to be done. */
export function update(model: Model, input: Input): Step {
  if (model.outcome !== null) return still(model);
  switch (input.kind) {
    case "intent":
      return onIntent({ ...stopCountdown(model), notice: null }, input.intent, input.from);
    case "status-updated":
      return onStatus(model, input.status);
    case "effect-failed":
      return still({
        ...model,
        busy: null,
        notice: { tone: "danger", text: signed(input.message, model.busy?.from ?? null) },
      });
    case "tick":
      return onTick(tickCountdown(model));
  }
}

function still(model: Model): Step {
  return { model, effects: [] };
}

function onTick(model: Model): Step {
  const end = isOver(model) ? unattendedEnd(model) : null;
  return end === null ? still(model) : finish(model, end, null);
}

function onIntent(model: Model, intent: Intent, from: string): Step {
  switch (intent.kind) {
    case "next":
      return still(moveFocus(model, 1));
    case "previous":
      return still(moveFocus(model, -1));
    case "back":
      return still(goBack(model));
    case "choose": {
      const items = itemsNow(model);
      return choose(model, items[focusOf(model, items)], from);
    }
    case "choose-item":
      return choose(
        model,
        itemsNow(model).find((item) => item.key === intent.key),
        from,
      );
    default:
      return still(model);
  }
}

function choose(model: Model, item: Item | undefined, from: string): Step {
  if (item === undefined) return still(model);
  if (item.action === null)
    return still({
      ...model,
      notice: item.detail === null ? null : { tone: "warning", text: signed(item.detail, from) },
    });
  return act(setFocus(model, item.key), item.action, from);
}

function act(model: Model, action: Action, from: string): Step {
  switch (action.kind) {
    case "open": {
      const place: Place = { screen: action.screen, slot: action.slot, focus: null };
      return still({ ...model, stack: [...model.stack, place] });
    }
    case "back":
      return still(goBack(model));
    case "change": {
      if (model.busy !== null) return wait(model);
      const busy = { change: action.change, from, next: action.next };
      const notice = { tone: "info", text: text("notice.writing") } as const;
      return { model: { ...model, busy, notice }, effects: [{ kind: "apply", change: action.change, from }] };
    }
    case "finish":
      return model.busy === null ? finish(model, action.outcome, from) : wait(model);
  }
}

function wait(model: Model): Step {
  return still({ ...model, notice: { tone: "info", text: text("notice.wait") } });
}

function finish(model: Model, outcome: MenuOutcome, from: string | null): Step {
  const notice = { tone: "info", text: signed(farewell(model.status, outcome), from) } as const;
  return { model: { ...model, outcome, notice }, effects: [{ kind: "finish", outcome, from }] };
}

function goBack(model: Model): Model {
  const [home, ...rest] = model.stack;
  return rest.length === 0 ? model : { ...model, stack: [home, ...rest.slice(0, -1)] };
}

/** New facts, as answer to a change of ours or by themselves. A screen about a slot that went is left. */
function onStatus(before: Model, status: DeviceStatus): Step {
  const { busy } = before;
  const [home, ...rest] = before.stack;
  const stack = rest.filter((place) => place.slot === null || findSlot(status, place.slot) !== undefined);
  const model: Model = { ...before, status, stack: [home, ...stack], busy: null };
  if (busy === null) return still(model);
  if (busy.next !== null) return finish(model, busy.next, busy.from);
  const notice = { tone: "good", text: signed(changeDone(status, busy.change), busy.from) } as const;
  return still({ ...model, notice });
}
