import { describe, expect, test } from "vitest";
import { type BatteryReading, batteryCare } from "../../../src/domain/battery.ts";

const at = (percent: number, change: Partial<BatteryReading> = {}): BatteryReading => ({
  percent,
  charging: false,
  external: false,
  ...change,
});

describe("what the charge of a battery means", () => {
  test.each([
    [100, "fine"],
    [20, "fine"],
    [19, "short"],
    [10, "short"],
    [9, "low"],
    [0, "low"],
  ] as const)("%i percent at the first look: %s", (percent, care) => {
    expect(batteryCare([at(percent)])).toBe(care);
  });

  test("empty is only what three looks in a row say, as gauges report nonsense at first", () => {
    expect(batteryCare([at(2), at(2)])).toBe("low");
    expect(batteryCare([at(2), at(1), at(0)])).toBe("empty");
    expect(batteryCare([at(2), at(50), at(2)])).toBe("low");
    expect(batteryCare([at(2), null, at(2)])).toBe("low");
    expect(batteryCare([at(0), at(0), at(3)])).toBe("low");
  });

  test("with a charger, also one that gives less than is used, nothing is short", () => {
    for (const helped of [at(1, { charging: true }), at(1, { external: true })]) {
      expect(batteryCare([helped, helped, helped])).toBe("fine");
      expect(batteryCare([at(1), helped, at(1)])).toBe("low");
    }
  });

  test("a device without a battery, or one that says nothing, is fine", () => {
    expect(batteryCare([])).toBe("fine");
    expect(batteryCare([at(1), at(1), at(1), null])).toBe("fine");
  });
});
