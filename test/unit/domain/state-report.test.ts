import { expect, it } from "vitest";
import { needsPerson, type StateReport, waitAfter } from "../../../src/domain/state-report.ts";

const report: StateReport = {
  kind: "partition",
  device: "/dev/vda6",
  fstype: "ext4",
  size: 1,
  free: 1,
  encrypted: null,
  problem: null,
  notes: [],
};
const locked = { open: false, locked: true, failures: 0, wait: 0, problem: null };

it("forgives three slips, then waits longer and longer, five minutes at most", () => {
  expect([0, 1, 2, 3, 4, 5, 9, 10, 11, 1000].map(waitAfter)).toEqual([0, 0, 0, 2, 4, 8, 128, 256, 300, 300]);
});

it("asks a person where data is missing, and nobody where it is not", () => {
  expect(needsPerson(report)).toBe(false);
  expect(needsPerson({ ...report, kind: "none" })).toBe(false);
  expect(needsPerson({ ...report, kind: "unusable" })).toBe(true);
  expect(needsPerson({ ...report, encrypted: locked })).toBe(true);
  expect(needsPerson({ ...report, encrypted: { ...locked, open: true, locked: false } })).toBe(false);
  expect(needsPerson({ ...report, kind: "temporary", problem: "It is broken." })).toBe(false);
});
