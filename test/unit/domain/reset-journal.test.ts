import { describe, expect, it } from "vitest";
import {
  isRecorded,
  mismatch,
  nextAttempt,
  RESET_ATTEMPTS,
  type ResetJournal,
  stepDone,
  stepsOf,
} from "../../../src/domain/reset-journal.ts";
import { aJournal } from "../../fixtures/reset.ts";

function walked(from: ResetJournal): string[] {
  const steps: string[] = [];
  for (let journal: ResetJournal | null = from; journal !== null; journal = stepDone(journal)) {
    steps.push(journal.step);
  }
  return steps;
}

const root = { ...aJournal().target, role: "root" } as const;

describe("the steps of a reset", () => {
  it("record first, then destroy the keys before anything else", () => {
    expect(walked(aJournal())).toEqual(["record", "erase-keys", "erase", "make-filesystem", "skeleton"]);
    expect(walked(aJournal({ scope: "all" }))).toEqual(walked(aJournal()));
  });

  it("make the encryption of a root anew", () => {
    const steps = walked(aJournal({ scope: "all", target: root, step: "record" }));
    expect(steps).toEqual(["record", "erase-keys", "erase", "make-volume", "make-filesystem", "skeleton"]);
  });

  it("of settings, and with grace, leave the file system whole", () => {
    expect(walked(aJournal({ scope: "settings" }))).toEqual(["remove", "receipt"]);
    expect(walked(aJournal({ scope: "settings", grace: true }))).toEqual(["set-aside", "receipt"]);
    expect(walked(aJournal({ scope: "data", grace: true }))).toEqual(["set-aside", "receipt"]);
    expect(stepsOf(aJournal({ scope: "all", grace: true }))).toContain("erase");
  });

  it("are written down at the partition's end from the first one on that destroys", () => {
    const recorded = stepsOf(aJournal()).filter((step) => isRecorded(aJournal({ step })));
    expect(recorded).toEqual(["erase-keys", "erase", "make-filesystem", "skeleton"]);
    expect(isRecorded(aJournal({ scope: "settings", step: "remove" }))).toBe(false);
  });
});

describe("attempts", () => {
  it("end after three starts that finished no step", () => {
    let journal: ResetJournal | null = aJournal();
    for (let start = 1; start <= RESET_ATTEMPTS; start++) {
      journal = nextAttempt(journal as ResetJournal);
      expect(journal).toMatchObject({ attempt: start, starts: start });
    }
    expect(nextAttempt(journal as ResetJournal)).toBeNull();
  });

  it("begin anew with every step that was finished", () => {
    const tried = aJournal({ attempt: 3, starts: 3, problem: "no" });
    expect(stepDone(tried)).toMatchObject({ step: "erase-keys", attempt: 1, starts: 3, problem: null });
  });
});

describe("the pinned target", () => {
  it("is the same with another node or number, which change from start to start", () => {
    const { target } = aJournal();
    expect(mismatch(target, { ...target })).toBeNull();
  });

  it.each([
    ["diskId", "other", /the disk is other/],
    ["partuuid", "other", /PARTUUID is other/],
    ["start", 512, /first byte is 512/],
    ["size", 1, /size in bytes is 1/],
    ["role", "root", /role of the partition is root/],
  ])("is another one with another %s", (name, value, words) => {
    const { target } = aJournal();
    expect(mismatch(target, { ...target, [name]: value })).toMatch(words);
  });
});
