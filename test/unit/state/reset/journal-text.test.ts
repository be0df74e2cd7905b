import { expect, it } from "vitest";
import { formatJournal, parseJournal } from "../../../../src/state/reset/journal-text.ts";
import { aJournal } from "../../../fixtures/reset.ts";

const text = (changes: Record<string, unknown>) =>
  JSON.stringify({ ...JSON.parse(formatJournal(aJournal())), ...changes });

it("reads what it writes", () => {
  const journal = aJournal({ kept: { "slots.json": '{"a":1}\n' }, problem: "no" });
  expect(parseJournal(formatJournal(journal), "reset.json")).toEqual(journal);
});

it.each([
  ["nothing", ""],
  ["half of it", formatJournal(aJournal()).slice(0, 80)],
  ["another version", text({ version: 2 })],
  ["a step that its plan has not", text({ step: "set-aside" })],
  ["an unknown step", text({ step: "rm" })],
  ["an unknown key", text({ more: 1 })],
  ["a negative size", text({ target: { ...aJournal().target, size: -1 } })],
  ["a kept file that leads elsewhere", text({ kept: { "../../etc/passwd": "x" } })],
  ["a hidden kept file", text({ kept: { ".x": "x" } })],
  ["an id with a path in it", text({ id: "../x" })],
])("believes nothing that Holdfast does not write: %s", (_, tampered) => {
  expect(() => parseJournal(tampered, "/state/.holdfast/reset.json")).toThrow(
    /reset\.json is not what Holdfast writes/,
  );
});
