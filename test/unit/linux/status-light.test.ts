import { afterAll, describe, expect, test } from "vitest";
import { openStatusLight } from "../../../src/linux/status-light.ts";
import { DeviceFiles } from "../../fixtures/device-files.ts";

const files = new DeviceFiles();
afterAll(() => files.clear());

const led = (trigger = "[none] timer heartbeat", brightness = 0) => ({
  brightness,
  max_brightness: 255,
  trigger,
});

describe("the light beside the panel", () => {
  test("is lit, and is then what it was, with its trigger", () => {
    const folder = files.make({ "green:status": led("none [heartbeat] timer", 12) });
    const light = openStatusLight(folder);
    light?.set(true);
    expect([
      files.read(folder, "green:status/trigger"),
      files.read(folder, "green:status/brightness"),
    ]).toEqual(["none", "255"]);
    light?.set(false);
    expect([
      files.read(folder, "green:status/trigger"),
      files.read(folder, "green:status/brightness"),
    ]).toEqual(["heartbeat", "12"]);
  });

  test("is left alone by who never lit it", () => {
    const folder = files.make({ "white:indicator": led("none [mmc0] timer") });
    const light = openStatusLight(folder);
    light?.restore();
    expect(files.read(folder, "white:indicator/trigger")).toBe("none [mmc0] timer");
  });

  test("is the one that is for it, the green one before the red one", () => {
    const folder = files.make({
      "input3::capslock": led(),
      "input7:green:indicator": led(),
      "white:flash": led(),
      "red:status": led(),
      "pmic:green:status": led(),
      "green:indicator": led(),
    });
    openStatusLight(folder)?.set(true);
    expect(files.read(folder, "pmic:green:status/brightness")).toBe("255");
    expect(openStatusLight(files.make({ "input3::capslock": led(), vibrator: led() }))).toBeNull();
  });
});
