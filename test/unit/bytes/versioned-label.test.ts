import { expect, test } from "vitest";
import { formatLabel, parseLabelPattern, readLabel } from "../../../src/bytes/versioned-label.ts";

const usr = parseLabelPattern("duranium_@v_usr");

test.each([
  ["duranium_20260801_usr", { state: "version", version: "20260801" }],
  ["_empty", { state: "empty" }],
  ["PRT#duranium_20260802_usr", { state: "partial", version: "20260802" }],
  ["PND#duranium_20260802_usr", { state: "pending", version: "20260802" }],
  ["duranium__usr", null],
  ["duranium_20260801_vty", null],
  ["duranium_2 6_usr", null],
  ["PRT#", null],
  ["", null],
])("%j means %j", (label, meaning) => {
  expect(readLabel(usr, label)).toEqual(meaning);
});

test("a label is written as it is read, and refused where a GPT entry has no room for it", () => {
  expect(formatLabel(usr, "20260801")).toBe("duranium_20260801_usr");
  expect(() => formatLabel(usr, "1".repeat(24))).toThrow(/at most 36/);
  expect(() => formatLabel(usr, "1/2")).toThrow(/no label/);
});

test.each(["duranium", "@v@v", "a_@v_@l", ""])("the pattern %j is refused", (pattern) => {
  expect(() => parseLabelPattern(pattern)).toThrow(/one "@v"/);
});
