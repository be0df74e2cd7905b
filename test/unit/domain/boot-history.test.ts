import { expect, it } from "vitest";
import { bootHistory, type HistoryEvent, historyLines } from "../../../src/domain/boot-history.ts";

let minute = 0;
const event = (name: HistoryEvent["event"], changes: Partial<HistoryEvent> = {}): HistoryEvent => ({
  time: `2026-01-02T03:${String(minute++ % 60).padStart(2, "0")}:00.000Z`,
  event: name,
  slot: "a",
  reason: null,
  console: null,
  ...changes,
});

it("tells of every start which slot, why, and what became of it, the newest first", () => {
  const boots = bootHistory([
    event("select", { slot: "b" }),
    event("entered", { reason: "Slot A is the default." }),
    event("mark-good"),
    event("entered", { slot: "b", reason: "Slot B was asked for." }),
    event("mark-bad", { slot: "b" }),
    event("entered"),
    event("entered"),
  ]);
  expect(boots.map(({ slot, result }) => [slot, result])).toEqual([
    ["a", "last"],
    ["a", "unconfirmed"],
    ["b", "bad"],
    ["a", "good"],
  ]);
  expect(boots.at(-1)?.reason).toBe("Slot A is the default.");
});

it("names what was changed in a start, resets and developer changes too", () => {
  const [boot] = bootHistory([
    event("entered"),
    event("mark-good"),
    event("set-tries", { slot: "b" }),
    event("reset", { slot: null, reason: "Your data was reset." }),
    event("developer", { slot: null, reason: "writable-usr was turned on." }),
    event("mark-bad", { slot: "b" }),
  ]);
  expect(boot?.result).toBe("good");
  expect(boot?.changes).toEqual([
    "Slot b got fresh tries.",
    "Your data was reset.",
    "writable-usr was turned on.",
    "Slot b was marked bad.",
  ]);
});

it("expects no mark of a system of another family, and does not call it a slot", () => {
  const boots = bootHistory([event("entered", { slot: "ostree:vda2:os/1.0" }), event("entered")]);
  expect(boots.map(({ result }) => result)).toEqual(["last", "started"]);
  expect(historyLines(boots)[1]?.text).toMatch(/ {2}ostree:vda2:os\/1\.0 {2}started$/);
});

it("keeps twenty starts", () => {
  const boots = bootHistory(
    Array.from({ length: 25 }, (_, index) => event("entered", { slot: `s${index}` })),
  );
  expect(boots).toHaveLength(20);
  expect(boots[0]?.slot).toBe("s24");
  expect(boots.at(-1)?.slot).toBe("s5");
});

it("says nothing without a start", () => {
  expect(bootHistory([])).toEqual([]);
  expect(bootHistory([event("mark-good")])).toEqual([]);
});

it("draws a start as lines, with the tone of its result", () => {
  minute = 0;
  const events = [event("entered", { reason: "Why." }), event("reset", { slot: null, reason: "Reset." })];
  expect(historyLines(bootHistory([...events, event("entered", { slot: "b" })]))).toEqual([
    { text: "2026-01-02 03:02:00  slot b  the last one", tone: "plain" },
    { text: "2026-01-02 03:00:00  slot a  not confirmed  Why.", tone: "warning" },
    { text: "    Reset.", tone: "plain" },
  ]);
});
