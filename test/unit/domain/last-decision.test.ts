import { expect, it } from "vitest";
import { type LastDecision, nextDecision } from "../../../src/domain/last-decision.ts";

const reason = { code: "default", text: "Slot A is the default." } as const;
const entry = { slot: "a", reason, console: null, confirmed: false };
const first = nextDecision(null, entry);

it("counts the starts of an unconfirmed slot in a row", () => {
  const second = nextDecision(first, entry);
  expect([first.attempts, second.attempts]).toEqual([1, 2]);
});

it("starts again once the slot was marked or another one came between", () => {
  const marked: LastDecision = { ...nextDecision(first, entry), outcome: "marked-good" };
  expect(nextDecision(marked, entry).attempts).toBe(1);
  expect(nextDecision(nextDecision(first, { ...entry, slot: "b" }), entry).attempts).toBe(1);
});

it("counts no starts of a confirmed slot, so that two of them leave the same record", () => {
  const confirmed = { ...entry, confirmed: true };
  expect(nextDecision(nextDecision(null, confirmed), confirmed)).toEqual(nextDecision(null, confirmed));
});

it("remembers whose failure was told until that slot is entered again", () => {
  const told: LastDecision = { ...first, told: "a" };
  expect(nextDecision(told, { ...entry, slot: "b" }).told).toBe("a");
  expect(nextDecision(told, entry).told).toBeNull();
});
