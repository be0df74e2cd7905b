import { describe, expect, test } from "vitest";
import type { Model } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { update } from "../../../src/menu/update.ts";
import { press } from "./device.ts";
import { WORLDS } from "./walk/worlds.ts";

function felt(model: Model, celsius: number): Model {
  return update(model, { kind: "heat", heat: { celsius, limit: 95 } }).model;
}

describe("a device that is nearly too hot", () => {
  test("is told of once, and again when it was cooler", () => {
    const [world] = WORLDS;
    if (world === undefined) throw new Error("there is no world");
    const hot = felt(felt(world.model, 60), 88);
    expect(view(hot).notice).toEqual({
      tone: "warning",
      text: "The device is hot: 88 °C. It switches itself off at 95 °C. Let it cool down.",
    });
    const read = press(hot, { kind: "next" }).model;
    expect(view(felt(read, 89)).notice).toBeNull();
    expect(view(felt(felt(read, 70), 90)).notice).not.toBeNull();
    expect(view(update(read, { kind: "heat", heat: null }).model).notice).toBeNull();
  });
});
