import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { History } from "../../../src/state/history.ts";

const reason = { code: "default", text: "Slot A is the default." } as const;
const entry = { slot: "a", reason, console: "ttyS0", confirmed: false };
const clock = () => new Date("2026-01-02T03:04:05Z");

let state: string;
let history: History;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "holdfast-state-"));
  history = new History(state, clock);
});
afterEach(() => rmSync(state, { recursive: true }));

const path = (name: string) => join(state, ".holdfast", name);
const lines = () =>
  readFileSync(path("history.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

it("remembers an entry for the next boot, for the supervisor and in the log", async () => {
  await history.recordEntry(entry);
  expect(await new History(state).last()).toEqual({
    slot: "a",
    reason,
    console: "ttyS0",
    attempts: 1,
    outcome: "entered",
    told: null,
  });
  expect(readFileSync(path("last-slot"), "utf8")).toBe("a\n");
  expect(lines()).toEqual([
    { time: "2026-01-02T03:04:05.000Z", event: "entered", slot: "a", reason: reason.text, console: "ttyS0" },
  ]);
});

it("counts starts in a row, and a mark ends the row", async () => {
  await history.recordEntry(entry);
  await history.recordEntry(entry);
  expect((await history.last())?.attempts).toBe(2);
  await history.recordChange("mark-good", "a");
  expect((await history.last())?.outcome).toBe("marked-good");
  await history.recordEntry(entry);
  expect((await history.last())?.attempts).toBe(1);
});

it("keeps the last decision when another slot is marked", async () => {
  await history.recordEntry(entry);
  await history.recordChange("mark-bad", "b");
  expect((await history.last())?.outcome).toBe("entered");
});

it("remembers what was told", async () => {
  await history.recordEntry(entry);
  await history.recordTold("a", reason);
  expect((await history.last())?.told).toBe("a");
});

it("writes last.json only when it changes", async () => {
  await history.recordEntry({ ...entry, confirmed: true });
  const before = statSync(path("last.json"), { bigint: true }).ino;
  await history.recordEntry({ ...entry, confirmed: true });
  await history.recordChange("mark-good", "a");
  expect(statSync(path("last.json"), { bigint: true }).ino).toBe(before);
});

it.each(["", "{", "[]", '{"version":2}', '{"version":1,"slot":3}'])(
  "takes a broken last.json as none: %s",
  async (text) => {
    mkdirSync(path(""));
    writeFileSync(path("last.json"), text);
    expect(await history.last()).toBeNull();
    expect(history.problems).toEqual([`${path("last.json")} is broken and is not used.`]);
    await history.recordEntry(entry);
    expect((await history.last())?.slot).toBe("a");
  },
);

it("stays bounded: the older half goes when the log is too long", async () => {
  mkdirSync(path(""));
  const line = `${JSON.stringify({ event: "entered", slot: "x".repeat(100) })}\n`;
  writeFileSync(path("history.jsonl"), line.repeat(2000));
  await history.recordEntry(entry);
  expect(lines()).toHaveLength(1001);
  expect(lines().at(-1).slot).toBe("a");
});

it("leaves no half-written siblings behind", async () => {
  await history.recordEntry(entry);
  expect(readdirSync(path("")).sort()).toEqual(["history.jsonl", "last-slot", "last.json"]);
});

it("works without /state and writes nothing", async () => {
  const none = new History(null);
  await none.recordEntry(entry);
  expect([await none.last(), none.problems]).toEqual([null, []]);
});

it("reports what cannot be written and goes on", async () => {
  writeFileSync(join(state, ".holdfast"), "a file where the directory should be");
  await history.recordEntry(entry);
  expect(history.problems.length).toBeGreaterThan(0);
  expect(existsSync(path("last.json"))).toBe(false);
});

describe("why slots failed", () => {
  const panic = { kind: "crash", text: "kernel panic: no root", lines: ["Kernel panic"] } as const;
  const failures = () => Object.fromEntries(new History(state).failures());

  it("is a mark until fresh tries, a good mark or a choice leave it behind", async () => {
    for (const event of ["set-tries", "mark-good", "select"] as const) {
      await history.recordChange("mark-bad", "b", { reason: "Its root is damaged." });
      expect(failures()).toEqual({ b: { kind: "marked-bad", text: "Its root is damaged", lines: [] } });
      await history.recordChange(event, "a");
      expect(Object.keys(failures())).toEqual(["b"]);
      await history.recordChange(event, "b");
      expect(failures()).toEqual({});
    }
  });

  it("is the crash of the slot that was entered last and did not confirm itself", async () => {
    await history.recordCrash("", null);
    await history.recordEntry(entry);
    await history.recordCrash("one", panic);
    expect(failures()).toEqual({ a: panic });
    expect(lines().at(-1)).toMatchObject({ event: "crash", slot: "a", reason: "kernel panic: no root" });
  });

  it("is no crash of before Holdfast looked, of a confirmed start, or that was seen already", async () => {
    await history.recordEntry(entry);
    await history.recordCrash("old", panic);
    expect(failures()).toEqual({});
    await history.recordCrash("old", panic);
    expect(failures()).toEqual({});
    await history.recordChange("mark-good", "a");
    await history.recordCrash("new", panic);
    expect(failures()).toEqual({});
  });

  it("is nothing where the file is broken", async () => {
    await history.recordChange("mark-bad", "b");
    writeFileSync(path("failures.json"), "{ torn");
    expect(failures()).toEqual({});
  });
});
