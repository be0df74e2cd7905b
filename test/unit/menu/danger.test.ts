import { describe, expect, test } from "vitest";
import { HOLD_MS } from "../../../src/menu/confirm.ts";
import { type Effect, type Input, type Model, topOf, type Viewer } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { begin, update } from "../../../src/menu/update.ts";
import type { Intent } from "../../../src/menu/view.ts";
import { answerOf } from "../../fixtures/fake-services.ts";
import { Random } from "../../fixtures/random.ts";
import { viewerOf } from "./device.ts";
import { WORLDS } from "./walk/worlds.ts";

const CONSOLES = ["panel", "ttyS0", "ttyGS0"].map(viewerOf);
const WORDS = ["BAD", "ERASE", "REPAIR", "DISCARD", "WRITE", "erase ", "E", "x"];

/** What destroys something, told from the effect alone. */
function isDangerous(effect: Effect, before: Model): boolean {
  if (effect.kind !== "ask") return false;
  const { ask } = effect;
  if (ask.service === "reset" || ask.service === "repair") return true;
  if (ask.service === "apply") return ask.change.kind === "mark-bad";
  if (ask.service === "changeUsb") return ask.change.kind === "export" && ask.change.writable;
  if (ask.service === "changeState") return ask.change.kind === "repair";
  if (ask.service !== "changeDeveloper") return false;
  if (ask.change.kind === "discard") return true;
  const developer = before.readings.developer;
  const state = developer?.state === "known" ? developer.value : null;
  return ask.change.kind === "turn-on" && state?.policy === "wipe" && !state.enabled;
}

/** Whether the inputs so far end in a hold of its whole time, with nothing from a person in between. */
function wasHeld(inputs: readonly Input[]): boolean {
  let ms = 0;
  for (const input of inputs.toReversed()) {
    if (input.kind === "held") ms += input.ms;
    if (input.kind !== "intent") continue;
    const { intent, from } = input;
    // One that has nothing to hold lets nothing go.
    if (intent.kind === "hold" && from.confirms !== "hold") continue;
    const isDown = intent.kind === "hold" && intent.down && from.confirms === "hold";
    if (!isDown) return false;
    if (ms >= HOLD_MS) return true;
  }
  return false;
}

/** Whether the last input hands in the word, typed on the console that was asked for it. */
function wasTyped(before: Model, input: Input | undefined): boolean {
  if (input?.kind !== "intent" || before.typing?.purpose.kind !== "confirm") return false;
  const { typed, from, purpose } = before.typing;
  return input.from.name === from && typed.trim().toUpperCase() === purpose.word;
}

function intentOf(model: Model, from: Viewer, next: (below: number) => number): Intent {
  const seen = view(model, from);
  const keys = [
    ...seen.items.map(({ key }) => key),
    ...(seen.entry?.keys.flat().map(({ key }) => key) ?? []),
  ];
  const key = keys[next(keys.length)] ?? "nonsense";
  const purpose = model.typing?.purpose;
  const word = purpose?.kind === "confirm" && next(2) === 0 ? purpose.word : WORDS[next(WORDS.length)];
  const kinds: readonly Intent[] = [
    { kind: "next" },
    { kind: "previous" },
    { kind: "choose" },
    { kind: "choose-item", key },
    { kind: "choose-item", key },
    { kind: "hold", key: next(2) === 0 ? key : null, down: true },
    { kind: "hold", key: null, down: true },
    { kind: "hold", key: null, down: false },
    { kind: "type", text: word ?? "" },
    { kind: "submit" },
    { kind: "erase" },
    { kind: "submit" },
    { kind: "scroll", lines: next(30) - 15 },
    { kind: "back" },
  ];
  return kinds[next(kinds.length)] ?? { kind: "back" };
}

/** How often something was confirmed on all devices. */
let all = 0;

describe.each(WORLDS)("on $name", ({ device, model: opened }) => {
  test("no sequence of intents reaches what destroys something without its confirmation", () => {
    const source = new Random(20260817);
    const next = (below: number) => source.below(below);
    let [confirmed, steps] = [0, 0];
    for (let run = 0; run < 120; run++) {
      let step = begin(opened);
      const inputs: Input[] = [];
      const open: Effect[] = [...step.effects];
      for (let count = 0; count < 150 && step.model.outcome === null; count++) {
        const from = CONSOLES[next(CONSOLES.length)] ?? viewerOf("panel");
        const waiting = open.find(({ kind }) => kind === "ask");
        let input: Input = { kind: "intent", intent: intentOf(step.model, from, next), from };
        if (step.model.hold !== null && next(3) > 0) input = { kind: "held", ms: 50 + next(2000) };
        else if (waiting?.kind === "ask" && next(2) === 0) {
          open.splice(open.indexOf(waiting), 1);
          const { id, ask } = waiting;
          input =
            next(5) === 0
              ? { kind: "failed", id, message: "It did not work." }
              : { kind: "answered", id, answer: answerOf(device, ask) };
        }
        const before = step.model;
        inputs.push(input);
        step = update(before, input);
        open.push(...step.effects);
        steps++;
        for (const effect of step.effects.filter((each) => isDangerous(each, before))) {
          expect(wasHeld(inputs) || wasTyped(before, inputs.at(-1)), JSON.stringify(effect)).toBe(true);
          confirmed++;
        }
        expect(topOf(step.model)).toBeDefined();
      }
    }
    expect(steps).toBeGreaterThan(1000);
    all += confirmed;
  });
});

test("what destroys something was reached often enough to tell", () => {
  expect(all).toBeGreaterThan(10);
});

describe("a hold", () => {
  const open = (): Model =>
    update(opened(), {
      kind: "intent",
      intent: { kind: "choose-item", key: "slot:b" },
      from: viewerOf("panel"),
    }).model;
  const opened = () => WORLDS[0]?.model as Model;
  const hold = (model: Model, down: boolean, from = "panel") =>
    update(model, { kind: "intent", intent: { kind: "hold", key: "mark-bad", down }, from: viewerOf(from) });
  const held = (model: Model, ms: number) => update(model, { kind: "held", ms });

  test("of less than three seconds does nothing, and says so", () => {
    const almost = held(hold(open(), true).model, HOLD_MS - 1).model;
    expect(view(almost).hold?.fraction).toBeCloseTo(1);
    const released = hold(almost, false);
    expect(released.effects).toEqual([]);
    expect(view(released.model).notice?.text).toBe("Let go too early. Nothing was done.");
    expect(held(released.model, HOLD_MS).effects).toEqual([]);
  });

  test("of three seconds marks the slot bad", () => {
    expect(held(hold(open(), true).model, HOLD_MS).effects).toMatchObject([
      { ask: { service: "apply", change: { kind: "mark-bad", slot: "b" } }, from: "panel" },
    ]);
  });

  test("ends when somebody does something else, on whatever console", () => {
    const started = hold(open(), true).model;
    const moved = update(started, {
      kind: "intent",
      intent: { kind: "next" },
      from: viewerOf("ttyS0"),
    }).model;
    expect(moved.hold).toBeNull();
    expect(held(moved, HOLD_MS).effects).toEqual([]);
  });

  test("of another key than a dangerous item, or by a terminal, is none", () => {
    expect(hold(open(), true, "ttyS0").model.hold).toBeNull();
    const back = update(open(), {
      kind: "intent",
      intent: { kind: "hold", key: "back", down: true },
      from: viewerOf("panel"),
    });
    expect(back.model.hold).toBeNull();
  });

  test("a short press says that it wants to be held", () => {
    const pressed = update(open(), {
      kind: "intent",
      intent: { kind: "choose-item", key: "mark-bad" },
      from: viewerOf("panel"),
    });
    expect(pressed.effects).toEqual([]);
    expect(view(pressed.model).notice?.text).toBe("Hold it for 3 seconds to confirm.");
  });
});

describe("a word on a terminal", () => {
  const asked = (): Model => {
    const from = viewerOf("ttyS0");
    const slot = update(WORLDS[0]?.model as Model, {
      kind: "intent",
      intent: { kind: "choose-item", key: "slot:b" },
      from,
    }).model;
    return update(slot, { kind: "intent", intent: { kind: "choose-item", key: "mark-bad" }, from }).model;
  };
  const act = (model: Model, intent: Intent, from = "ttyS0") =>
    update(model, { kind: "intent", intent, from: viewerOf(from) });

  test("is asked for, and shown to the others as what it is", () => {
    expect(view(asked(), viewerOf("ttyS0")).entry).toMatchObject({
      kind: "word",
      prompt: "Mark bad? Type BAD to confirm.",
      isHere: true,
    });
    expect(view(asked(), viewerOf("panel")).entry).toMatchObject({
      isHere: false,
      waitsFor: "A text is being typed on ttyS0. Choose Cancel to stop it.",
    });
  });

  test("that is wrong does nothing and is asked for again; the right one marks the slot bad", () => {
    const wrong = act(act(asked(), { kind: "type", text: "GOOD" }).model, { kind: "submit" });
    expect(wrong.effects).toEqual([]);
    expect(view(wrong.model).entry?.error).toBe("That was not BAD. Nothing was done.");
    const right = act(act(wrong.model, { kind: "type", text: "bad" }).model, { kind: "submit" });
    expect(right.effects).toMatchObject([{ ask: { change: { kind: "mark-bad" } }, from: "ttyS0" }]);
  });

  test("cannot be typed on another console, but given up there", () => {
    const typed = act(
      act(asked(), { kind: "type", text: "BAD" }, "panel").model,
      { kind: "submit" },
      "panel",
    );
    expect(typed.effects).toEqual([]);
    expect(act(typed.model, { kind: "back" }, "panel").model.typing).toBeNull();
  });
});

describe("answers", () => {
  test("that come late or for nothing change nothing", () => {
    const { model, effects } = begin(WORLDS[0]?.model as Model);
    const stray: Input = {
      kind: "answered",
      id: 999,
      answer: { service: "repairs", value: ["Something would be written."] },
    };
    expect(update(model, stray).model).toEqual(model);
    const [first] = effects;
    if (first?.kind !== "ask") throw new Error("nothing was asked");
    const wrong: Input = {
      kind: "answered",
      id: first.id,
      answer: { service: "saveLogs", value: "/dev/sda" },
    };
    expect(update(model, wrong).model).toEqual(model);
  });
});
