import { describe, expect, test } from "vitest";
import { type Calibration, calibrated } from "../../../src/input/evdev/calibration.ts";

const place = (x: number, y: number, matrix: Calibration) => {
  const contact = calibrated({ kind: "down", x, y, time: 5 }, matrix);
  return [contact.x, contact.y];
};

describe("a touch panel that is mounted otherwise than its screen", () => {
  test.each([
    ["as it is", [1, 0, 0, 0, 1, 0], [0.25, 0.5]],
    ["axes swapped", [0, 1, 0, 1, 0, 0], [0.5, 0.25]],
    ["turned around horizontally", [-1, 0, 1, 0, 1, 0], [0.75, 0.5]],
    ["a quarter turn", [0, -1, 1, 1, 0, 0], [0.5, 0.25]],
    ["half as wide", [2, 0, 0, 0, 1, 0], [0.5, 0.5]],
  ] as const)("%s", (_what, matrix, expected) => {
    expect(place(0.25, 0.5, matrix)).toEqual(expected);
  });

  test("a place beyond an edge is at that edge", () => {
    expect(place(0.9, 0.1, [2, 0, 0, 0, 2, -0.5])).toEqual([1, 0]);
  });
});
