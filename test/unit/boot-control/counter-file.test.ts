import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CounterFile } from "../../../src/boot-control/counter-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-counter-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, "slots.json");
const open = (slots = ["a", "b"]) => new CounterFile(path(), { slots, freshTries: 3, booted: null });

test("reading a device that was never started writes nothing", async () => {
  await open().read();
  expect(readdirSync(folder)).toEqual([]);
});

test("a change leaves one file of version 1 and no sibling", async () => {
  await open().apply({ kind: "take-try", slot: "a" });
  expect(readdirSync(folder)).toEqual(["slots.json"]);
  expect(JSON.parse(readFileSync(path(), "utf8"))).toEqual({
    version: 1,
    once: null,
    slots: {
      a: { priority: 2, triesLeft: 2, triesDone: 1, successful: false },
      b: { priority: 1, triesLeft: 3, triesDone: 0, successful: false },
    },
  });
});

test("a change that changes nothing leaves the file as it is, spaces and all", async () => {
  const text =
    '{"version":1,"once":null,"slots":{"a":{"priority":1,"triesLeft":0,"triesDone":0,"successful":true}}}';
  writeFileSync(path(), text);
  await open(["a"]).apply({ kind: "mark-good", slot: "a" });
  expect(readFileSync(path(), "utf8")).toBe(text);
});

test("slots that the configuration does not name stay, and new ones come last", async () => {
  await open(["old", "a"]).apply({ kind: "mark-good", slot: "a" });
  const state = await open(["new", "a"]).apply({ kind: "select", slot: "a", once: false });
  expect(state.slots.map((slot) => [slot.id, slot.health])).toEqual([
    ["new", "trying"],
    ["a", "good"],
  ]);
  expect(state.default).toBe("a");
  expect(Object.keys(JSON.parse(readFileSync(path(), "utf8")).slots).sort()).toEqual(["a", "new", "old"]);
});

describe("a file that is not right is named with its key and never written over", () => {
  const slot = { priority: 1, triesLeft: 1, triesDone: 0, successful: false };
  const file = (values: object) => JSON.stringify({ version: 1, once: null, slots: {}, ...values });
  test.each<[string, string, RegExp]>([
    ["cut short", file({}).slice(0, -4), /slots\.json is no JSON/],
    ["empty", "", /slots\.json is no JSON/],
    ["of another version", file({ version: 2 }), /slots\.json: version is 2; right would be 1/],
    ["with an unknown key", file({ extra: 1 }), /slots\.json: extra is not a known key/],
    [
      "with a number out of range",
      file({ slots: { a: { ...slot, priority: 16 } } }),
      /slots\.a\.priority is 16; right would be 15 or less/,
    ],
    [
      "with a wrong type",
      file({ slots: { a: { ...slot, successful: "yes" } } }),
      /slots\.a\.successful is "yes"/,
    ],
    ["that is no object", "[]", /holds no JSON object/],
  ])("%s", async (_, text, expected) => {
    writeFileSync(path(), text);
    const wanted = { kind: "badStore", message: expect.stringMatching(expected) };
    await expect(open().read()).rejects.toMatchObject(wanted);
    await expect(open().apply({ kind: "mark-good", slot: "a" })).rejects.toMatchObject(wanted);
    expect(readFileSync(path(), "utf8")).toBe(text);
  });

  test("a folder in its place", async () => {
    const folderAsFile = new CounterFile(folder, { slots: ["a"], freshTries: 3, booted: null });
    await expect(folderAsFile.read()).rejects.toMatchObject({ kind: "badStore" });
  });
});

test("a place that cannot be written is reported as not written", async () => {
  writeFileSync(join(folder, "file"), "");
  const below = new CounterFile(join(folder, "file", "slots.json"), {
    slots: ["a"],
    freshTries: 3,
    booted: null,
  });
  await expect(below.apply({ kind: "mark-good", slot: "a" })).rejects.toMatchObject({ exitCode: 2 });
});
