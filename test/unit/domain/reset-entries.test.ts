import { expect, it } from "vitest";
import { isDeveloperEntry, isSetting, keptFiles, placeOf } from "../../../src/domain/reset-entries.ts";

it.each([
  ["var", true],
  ["etc", true],
  ["var-lib-postgresql", true],
  ["etc-ssh", true],
  ["home", false],
  ["home-me", false],
  ["variable", false],
  ["root", false],
  ["encrypted.img", false],
  [".holdfast", false],
])("%s is a setting: %s", (name, expected) => {
  expect(isSetting(name)).toBe(expected);
});

it.each(["layers", "developer.json", "developer", "extensions"])("%s is what developer mode left", (name) => {
  expect(isDeveloperEntry(name)).toBe(true);
});

it.each(["slots.json", "history.jsonl", "last-slot", "layerscake"])("%s is not", (name) => {
  expect(isDeveloperEntry(name)).toBe(false);
});

it("carries the slots' counters over every reset, and the language over one of the data", () => {
  expect(keptFiles("all")).toContain("slots.json");
  expect(keptFiles("data")).toEqual(expect.arrayContaining(["slots.json", "display.json"]));
  expect(keptFiles("all")).not.toContain("display.json");
});

it("names places as people know them", () => {
  expect(placeOf("var-log")).toBe("/var/log");
  expect(placeOf("fancy\\x2ddir")).toBe("/fancy-dir");
  expect(placeOf("..")).toBe("..");
});
