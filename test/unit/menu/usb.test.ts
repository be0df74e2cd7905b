import { expect, test } from "vitest";
import { NO_OFFER, type UsbState } from "../../../src/domain/usb.ts";
import type { Model } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { update } from "../../../src/menu/update.ts";
import { ALL_SERVICES } from "../../fixtures/fake-services.ts";
import { chooseKey, menuOf } from "./device.ts";

const state = (change: Partial<UsbState> = {}): UsbState => ({
  controller: "a600000.usb",
  connected: false,
  offer: { ...NO_OFFER, network: true },
  partitions: [],
  refusal: { network: null, shell: null },
  ...change,
});

/** The model once the last thing that was asked is answered. */
function answered({ model, effects }: ReturnType<typeof update>, value: UsbState): Model {
  const ask = effects.findLast(({ kind }) => kind === "ask");
  if (ask?.kind !== "ask") throw new Error("nothing was asked");
  return update(model, { kind: "answered", id: ask.id, answer: { service: "usb", value } }).model;
}

const tick = (model: Model) => update(model, { kind: "tick" });
const onScreen = (value: UsbState) =>
  answered(chooseKey(chooseKey(menuOf(undefined, { offered: ALL_SERVICES }), "tools").model, "usb"), value);

test("a computer that is connected later is told of on the screen, as one that goes", () => {
  const menu = onScreen(state());
  expect(view(menu).banner?.text).toContain("Connect it with a USB cable.");
  const asked = tick(menu);
  expect(view(asked.model)).toEqual(view(menu));
  const connected = answered(asked, state({ connected: true }));
  expect(view(connected).banner?.text).toContain("A computer is connected.");
  expect(view(answered(tick(connected), state())).banner?.text).toContain("Connect it");
});

test("it is asked for once at a time, and what cannot be read stays what it was", () => {
  const asked = tick(onScreen(state()));
  expect(tick(asked.model).effects).toEqual([]);
  const [ask] = asked.effects;
  if (ask?.kind !== "ask") throw new Error("nothing was asked");
  const failed = update(asked.model, { kind: "failed", id: ask.id, message: "gone" }).model;
  expect(view(failed)).toEqual(view(asked.model));
  expect(tick(failed).effects).toHaveLength(1);
});

test("where nothing is offered, nothing is asked", () => {
  expect(tick(onScreen(state({ offer: NO_OFFER }))).effects).toEqual([]);
});
