import { finish, still, withoutLostPlaces } from "./act.ts";
import type { Answer, AskFor, ReadName, Reply } from "./asks.ts";
import { inOwnWords } from "./device-words.ts";
import { openTyping, type Typing } from "./entry.ts";
import { type Busy, HOME, type Model, type Step } from "./model.ts";
import { changeDone, noticeOf } from "./notice.ts";
import { forget, learn } from "./readings.ts";
import { usbDone } from "./screens/usb-words.ts";
import { text } from "./texts.ts";

/** A service answered. What nobody waits for any more, or never did, changes nothing. */
export function onReply(model: Model, reply: Reply): Step {
  const { busy } = model;
  if (busy !== null && busy.id === reply.id) return onBusyReply(model, busy, reply);
  return still(onReading(model, reply));
}

function onReading(model: Model, reply: Reply): Model {
  const waiting = Object.entries(model.readings).find(
    ([, reading]) =>
      (reading.state === "asked" && reading.id === reply.id) ||
      (reading.state === "known" && reading.again === reply.id),
  );
  if (waiting === undefined || reply.kind === "progressed") return model;
  const [name, { key, ...before }] = waiting;
  // What could not be read anew stays what it was.
  if (reply.kind === "failed" && before.state === "known") {
    const { again: _, ...kept } = before;
    return { ...model, readings: { ...model.readings, [name]: { key, ...kept } } };
  }
  if (reply.kind === "answered" && reply.answer.service !== name) return model;
  const reading =
    reply.kind === "answered"
      ? { key, state: "known", value: reply.answer.value }
      : { key, state: "failed", message: reply.message };
  return { ...model, readings: { ...model.readings, [name]: reading } };
}

function onBusyReply(model: Model, busy: Busy, reply: Reply): Step {
  if (reply.kind === "progressed") return still({ ...model, busy: { ...busy, progress: reply.progress } });
  const free: Model = { ...model, busy: null };
  return reply.kind === "failed" ? still(failed(free, busy, reply.message)) : done(free, busy, reply.answer);
}

function failed(model: Model, busy: Busy, message: string): Model {
  const { ask, from } = busy;
  if (ask.service === "reset") model = { ...model, stack: [HOME] };
  const typing = askedAgain(busy, message);
  if (typing !== null && model.typing === null) return { ...model, notice: null, typing };
  // What was written before it failed is read again.
  const stale: readonly ReadName[] = ["state", "developer", "extensions", "repairs", "usb"];
  const fresh = ask.service === "apply" ? model : forget(model, stale);
  return { ...fresh, notice: noticeOf("danger", () => inOwnWords(message), from) };
}

/** A secret that was not taken is asked for again, with the reason. */
function askedAgain({ ask, from }: Busy, said: string): Typing | null {
  const isUnlock = ask.service === "changeState" && ask.change.kind === "unlock";
  const isSecret =
    ask.service === "changeDeveloper" && ask.change.kind === "turn-on" && ask.change.secret !== null;
  if (!isUnlock && !isSecret) return null;
  const purpose = { kind: isUnlock ? "unlock-state" : "turn-on-developer" } as const;
  return { ...openTyping({ kind: "passphrase", purpose, from }), error: { said } };
}

function done(model: Model, busy: Busy, answer: Answer): Step {
  if (answer.service !== busy.ask.service) return still(model);
  const known = withoutLostPlaces(learned(model, busy, answer));
  if (busy.next !== null) return finish(known, busy.next, busy.from);
  const isSaid = saidOf(busy, answer) !== null;
  const notice = isSaid ? noticeOf("good", () => saidOf(busy, answer) ?? "", busy.from) : null;
  return still({ ...known, notice });
}

/** What an answer changes in the model. */
function learned(model: Model, { ask }: Busy, answer: Answer): Model {
  switch (answer.service) {
    case "apply":
      return { ...model, status: answer.value };
    case "repair":
      return { ...forget(model, ["repairs"]), status: answer.value.status, stack: [HOME] };
    case "changeState":
      return learn(model, { service: "state" }, answer.value);
    case "changeDeveloper":
      return { ...learn(model, { service: "developer" }, answer.value), draft: null };
    case "changeUsb":
      return learn(model, { service: "usb" }, answer.value);
    case "leaveOut": {
      const { slot } = ask as AskFor<"leaveOut">;
      return learn(model, { service: "extensions", slot }, answer.value);
    }
    case "reset": {
      const stack = [HOME, { screen: "receipt", slot: null, focus: null }] as const;
      const stale: readonly ReadName[] = ["state", "developer", "extensions", "log", "previewReset"];
      return { ...forget(model, stale), receipt: answer.value, stack };
    }
    default:
      return model;
  }
}

/** What was done, as a sentence; null where the screen says it. */
function saidOf({ ask }: Busy, answer: Answer): string | null {
  switch (answer.service) {
    case "apply":
      return changeDone(answer.value, (ask as AskFor<"apply">).change);
    case "repair":
      return answer.value.done.map(inOwnWords).join(" ") || text("repair.done");
    case "changeState":
      return text(`state.done.${(ask as AskFor<"changeState">).change.kind}`);
    case "changeDeveloper": {
      const { change } = ask as AskFor<"changeDeveloper">;
      if (change.kind === "discard" && change.key !== null) return text("layers.done.discard");
      return text(`developer.done.${change.kind}`);
    }
    case "changeUsb":
      return usbDone((ask as AskFor<"changeUsb">).change);
    case "leaveOut": {
      const { extension, out } = ask as AskFor<"leaveOut">;
      return text(out ? "layers.done.out" : "layers.done.in", { name: extension.name });
    }
    case "saveLogs":
      return text("logs.saved", { where: answer.value });
    default:
      return null;
  }
}
