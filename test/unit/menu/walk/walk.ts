import type { Ask } from "../../../../src/menu/asks.ts";
import { HOLD_MS } from "../../../../src/menu/confirm.ts";
import {
  type Effect,
  type Input,
  type Model,
  type Step,
  topOf,
  type Viewer,
} from "../../../../src/menu/model.ts";
import type { MenuOutcome } from "../../../../src/menu/outcome.ts";
import { view } from "../../../../src/menu/show.ts";
import { begin, update } from "../../../../src/menu/update.ts";
import type { Intent, ScreenId } from "../../../../src/menu/view.ts";
import { answerOf } from "../../../fixtures/fake-services.ts";
import type { World } from "./worlds.ts";

/** One way of using the menu: chooses an item that is seen, and types what is asked for. */
export interface Hands {
  readonly viewer: Viewer;
  /** What is done to choose the item of `key`, in this way alone. */
  choose(model: Model, key: string): Iterable<Intent>;
  /** What is done to type a text into the open entry and hand it in. */
  type(model: Model, text: string): Iterable<Intent>;
}

/** What a walk reached. */
export interface Reached {
  /** Each with the first model that showed it. */
  readonly screens: Map<ScreenId, Model>;
  readonly effects: Set<string>;
}

/** What an ask does, without the names of slots and files. */
function nameOfAsk(ask: Ask): string {
  switch (ask.service) {
    case "apply":
      return ask.change.kind === "select"
        ? `apply select${ask.change.once ? " once" : ""}`
        : `apply ${ask.change.kind}`;
    case "changeState":
    case "changeDeveloper":
      return `${ask.service} ${ask.change.kind}`;
    case "reset":
      return `reset ${ask.preview.scope}`;
    case "previewReset":
      return `previewReset ${ask.scope}`;
    case "log":
      return `log ${ask.source}`;
    case "changeUsb": {
      const { change } = ask;
      if (change.kind === "export") return `changeUsb export ${change.writable ? "read-write" : "read-only"}`;
      return change.kind === "take-back" ? "changeUsb take-back" : `changeUsb ${change.kind} ${change.on}`;
    }
    case "leaveOut":
      return ask.out ? "leaveOut" : "takeIn";
    default:
      return ask.service;
  }
}

function nameOfOutcome(outcome: MenuOutcome): string {
  if (outcome.kind === "enter") return outcome.safe ? "enter safe" : "enter";
  if (outcome.kind !== "reboot") return outcome.kind;
  return outcome.slot === null ? `reboot ${outcome.target}` : "reboot into a slot";
}

class Walk {
  readonly reached: Reached = { screens: new Map(), effects: new Set() };
  readonly #world: World;
  readonly #hands: Hands;
  readonly #seen = new Set<string>();
  readonly #waiting: Model[] = [];

  constructor(world: World, hands: Hands) {
    this.#world = world;
    this.#hands = hands;
  }

  run(): Reached {
    this.#found(this.#settled(begin(this.#world.model)));
    for (let model = this.#waiting.pop(); model !== undefined; model = this.#waiting.pop()) {
      for (const item of view(model, this.#hands.viewer).items)
        if (item.enabled) this.#found(this.#chosen(model, item.key));
    }
    return this.reached;
  }

  #chosen(model: Model, key: string): Model {
    const after = this.#done(model, this.#hands.choose(model, key));
    if (after.typing === null) return after;
    const { purpose } = after.typing;
    return this.#done(after, this.#hands.type(after, purpose.kind === "confirm" ? purpose.word : "s3Cret!"));
  }

  /** Does one intent after the other; while something is held, time goes by. */
  #done(model: Model, intents: Iterable<Intent>): Model {
    let now = model;
    for (const intent of intents) {
      now = this.#input(now, { kind: "intent", intent, from: this.#hands.viewer });
      if (now.hold !== null) now = this.#input(now, { kind: "held", ms: HOLD_MS });
    }
    return now;
  }

  #input(model: Model, input: Input): Model {
    return this.#settled(update(model, input));
  }

  /** Answers everything that is asked, until nothing is. */
  #settled({ model, effects }: Step): Model {
    let now = model;
    const waiting: Effect[] = [...effects];
    for (let effect = waiting.shift(); effect !== undefined; effect = waiting.shift()) {
      this.reached.effects.add(effect.kind === "ask" ? nameOfAsk(effect.ask) : nameOfOutcome(effect.outcome));
      if (effect.kind === "finish") continue;
      const { ask, id } = effect;
      const step = update(now, { kind: "answered", id, answer: answerOf(this.#world.device, ask) });
      now = step.model;
      waiting.push(...step.effects);
    }
    return now;
  }

  #found(model: Model): void {
    if (model.outcome !== null) return;
    const places = model.stack.map(({ focus: _, ...place }) => place);
    // Words may be in another language and letters larger: it is the same place.
    const items = view(model).items.map((item) => [item.key, item.enabled, item.control]);
    const key = JSON.stringify([places, items]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const { screen } = topOf(model);
    if (!this.reached.screens.has(screen)) this.reached.screens.set(screen, model);
    this.#waiting.push(model);
  }
}

/** Goes everywhere that a way of using the menu leads on a device. */
export function walk(world: World, hands: Hands): Reached {
  return new Walk(world, hands).run();
}
