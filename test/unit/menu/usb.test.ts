import { expect, test } from "vitest";
import type { Model, Step } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { update } from "../../../src/menu/update.ts";
import { ALL_SERVICES, USB } from "../../fixtures/fake-services.ts";
import { chooseKey, menuOf } from "./device.ts";

/** The model once what was asked of the USB port is answered. */
function answered({ model, effects }: Step, isConnected: boolean): Model {
  return effects.reduce((now, effect) => {
    if (effect.kind !== "ask") return now;
    const { id, ask } = effect;
    if (ask.service === "usb")
      return update(now, { kind: "answered", id, answer: { service: "usb", value: USB } }).model;
    const answer = { service: "usbLink", value: isConnected } as const;
    return update(now, { kind: "answered", id, answer }).model;
  }, model);
}

const tick = (model: Model) => update(model, { kind: "tick" });
const tools = chooseKey(menuOf(undefined, { offered: ALL_SERVICES }), "tools").model;
const screen = answered(chooseKey(tools, "usb"), false);
const said = (model: Model) => view(model).banner?.text;

test("a computer that is connected later is told of on the screen, as one that goes", () => {
  expect(said(screen)).toContain("Connect it with a USB cable.");
  const asked = tick(screen);
  expect(view(asked.model)).toEqual(view(screen));
  const connected = answered(asked, true);
  expect(said(connected)).toContain("A computer is connected.");
  expect(said(answered(tick(connected), false))).toContain("Connect it with a USB cable.");
});

test("it is asked for once at a time, and what cannot be read stays what it was", () => {
  const asked = tick(screen);
  expect(tick(asked.model).effects).toEqual([]);
  const [ask] = asked.effects;
  if (ask?.kind !== "ask") throw new Error("nothing was asked");
  const failed = update(asked.model, { kind: "failed", id: ask.id, message: "gone" }).model;
  expect(view(failed)).toEqual(view(screen));
  expect(tick(failed).effects).toHaveLength(1);
});

test("on other screens it is not asked", () => {
  expect(tick(tools).effects).toEqual([]);
});
