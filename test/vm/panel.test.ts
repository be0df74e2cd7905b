import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPreparedFrame } from "../../src/panel/prepared.ts";
import { compare } from "../golden/compare.ts";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench } from "./kit.ts";
import { proved } from "./matrix.ts";
import { isTextConsole, pictureOfFrame } from "./picture.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

describe("volume-down held at power-on", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("brings the menu; touch and keys lead through it to slot B, which confirms itself", async () => {
    const machine = await machines.start();
    machine.keys.hold("volumedown");
    const prepared = pictureOfFrame(renderPreparedFrame(720, 1440, 2880), 720, 1440, 2880);
    await machine.waitForPicture("the prepared frame", (picture) => compare(picture, prepared).same);
    await waitForFrame(machine, "home");
    await machine.keys.release("volumedown");

    // The tile "Power" and, on its screen, the row "Back".
    await machine.tap(612, 1128);
    await waitForFrame(machine, "power");
    await machine.tap(360, 535);
    await waitForFrame(machine, "home-power-focused");

    // Over Tools, Reset, Developer mode and Start.
    for (let up = 0; up < 5; up += 1) await machine.press("volumeup");
    await waitForFrame(machine, "home-slot-b-focused");
    await machine.press("power");
    await waitForFrame(machine, "slot-b");
    expect(readCounters(machines.disk, "b")).toEqual({ priority: 1, tries: 3, successful: false });
    await machine.press("power");

    const record = await waitForSlot(machine, "b");
    expect(record.reason).toEqual({ code: "chosen", text: "Slot B was chosen in the menu." });
    expect(record.counters).toMatchObject({ triesLeft: 2 });
    await machine.waitForPicture("the text console", isTextConsole);
    await waitForGoodMark(machine, "b");
    expect(readCounters(machines.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
    expect(readCounters(machines.disk, "a")).toEqual({ priority: 2, tries: 0, successful: true });
    proved("x64 bochs, fbdev", "keyboard", "tablet");
  });
});
