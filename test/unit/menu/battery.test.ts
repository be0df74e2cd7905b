import { describe, expect, test } from "vitest";
import type { BatteryCare } from "../../../src/domain/battery.ts";
import type { Step } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { begin, update } from "../../../src/menu/update.ts";
import { answerOf } from "../../fixtures/fake-services.ts";
import { chooseKey, itemOf, press } from "./device.ts";
import { WORLDS } from "./walk/worlds.ts";

const [WORLD] = WORLDS;

/** The steps of a device whose services answer at once. */
function settled({ model, effects }: Step) {
  let now = model;
  for (const effect of effects)
    if (effect.kind === "ask" && WORLD !== undefined)
      now = update(now, {
        kind: "answered",
        id: effect.id,
        answer: answerOf(WORLD.device, effect.ask),
      }).model;
  return now;
}

function opened() {
  if (WORLD === undefined) throw new Error("there is no world");
  return settled(begin(WORLD.model));
}

function looked(model: Step["model"], care: BatteryCare, percent = 8): Step {
  const gauges = { clock: null, battery: { percent, charging: false } };
  return update(model, { kind: "gauges", gauges, care });
}

/** The preview of a reset with a short battery. */
function preview() {
  const short = looked(opened(), "short", 15).model;
  return settled(chooseKey(settled(chooseKey(short, "reset")), "scope:data"));
}

describe("a battery that runs out", () => {
  test("is told once, and again after it was charged", () => {
    const low = looked(opened(), "low").model;
    expect(view(low).notice).toEqual({
      tone: "warning",
      text: "The battery is almost empty. Plug in a charger.",
    });
    const read = press(low, { kind: "next" }).model;
    expect(view(looked(read, "low").model).notice).toBeNull();
    expect(view(looked(looked(read, "fine").model, "low").model).notice).not.toBeNull();
  });

  test("keeps a reset from being begun, with the reason, until a person says that it shall go on", () => {
    const refused = preview();
    expect(itemOf(refused, "erase")).toMatchObject({
      enabled: false,
      detail:
        "The battery is at 15 %. If it runs out, the reset goes on at the next start. Plug in a charger first.",
    });
    const despite = chooseKey(refused, "despite-battery").model;
    expect(itemOf(despite, "erase")).toMatchObject({ enabled: true, hold: true });
    expect(itemOf(despite, "despite-battery")).toBeUndefined();
    // It still is as dangerous as ever, and another visit asks again.
    expect(chooseKey(despite, "erase", "panel").effects).toEqual([]);
    const back = settled(press(despite, { kind: "back" }));
    expect(itemOf(settled(chooseKey(back, "scope:data")), "erase")?.enabled).toBe(false);
  });

  test("does not with a charger", () => {
    expect(itemOf(looked(preview(), "fine").model, "erase")?.enabled).toBe(true);
  });

  test("switches the device off in time, and says so", () => {
    const { model, effects } = looked(looked(opened(), "low").model, "empty", 1);
    expect(effects).toEqual([
      { kind: "finish", outcome: { kind: "power-off", because: "battery-empty" }, from: null },
    ]);
    expect(view(model).notice?.text).toBe("The battery is empty. Powering off.");
  });

  test("but not while something is written", () => {
    const busy = chooseKey(chooseKey(opened(), "slot:b").model, "make-default").model;
    expect(busy.busy).not.toBeNull();
    expect(looked(busy, "empty", 1).effects).toEqual([]);
  });
});
