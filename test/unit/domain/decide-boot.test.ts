import { describe, expect, it } from "vitest";
import {
  type BootFacts,
  byPriority,
  decideBoot,
  decideNext,
  needsTry,
} from "../../../src/domain/decide-boot.ts";
import type { LastDecision } from "../../../src/domain/last-decision.ts";
import type { Health, SlotState } from "../../../src/domain/slot.ts";

/** "good 2", "trying 1 3" (priority, tries left), "bad 0", "unknown", "empty". */
function slot(id: string, words: string): SlotState {
  const [health, priority, tries] = words.split(" ");
  return {
    id,
    health: health as Health,
    priority: priority === undefined ? null : Number(priority),
    triesLeft: tries === undefined ? (priority === undefined ? null : 0) : Number(tries),
    triesDone: null,
    successful: health === "unknown" ? null : health === "good",
  };
}

function facts(slots: Record<string, string>, more: Partial<BootFacts> = {}): BootFacts {
  return {
    slots: Object.entries(slots).map(([id, words]) => slot(id, words)),
    once: null,
    counting: "holdfast",
    zeroNeverBoots: true,
    bootedByBootloader: null,
    last: null,
    failures: new Map(),
    labels: new Map(Object.keys(slots).map((id) => [id, `Slot ${id.toUpperCase()}`])),
    ...more,
  };
}

function last(slotId: string, more: Partial<LastDecision> = {}): LastDecision {
  const reason = { code: "default", text: "" } as const;
  return { slot: slotId, reason, console: null, attempts: 3, outcome: "entered", told: null, ...more };
}

describe("a wish for one start", () => {
  const slots = { a: "good 2", b: "bad 1" };

  it("of a bad slot is granted by a bootloader that counts by itself", () => {
    const { slot, reason, takeTry } = decideNext(facts(slots, { once: "b", counting: "bootloader" }));
    expect([slot, reason.code, takeTry]).toEqual(["b", "once", false]);
  });

  it("of a bad slot is not granted where Holdfast counts, nor that of an empty one by anybody", () => {
    expect(decideNext(facts(slots, { once: "b" })).slot).toBe("a");
    const empty = facts({ a: "good 2", b: "empty" }, { once: "b", counting: "bootloader" });
    expect(decideNext(empty).slot).toBe("a");
  });
});

describe("the slot that is chosen", () => {
  const cases: [string, Record<string, string>, Partial<BootFacts>, string | null, string, boolean][] = [
    ["the highest priority of two good slots", { a: "good 1", b: "good 2" }, {}, "b", "default", false],
    [
      "the first in the table when priorities are equal",
      { a: "good 1", b: "good 1" },
      {},
      "a",
      "default",
      false,
    ],
    ["the first of three equal ones", { a: "bad 0", b: "trying 1 1", c: "good 1" }, {}, "b", "default", true],
    [
      "a slot with tries left before a good one of lower priority",
      { a: "trying 2 3", b: "good 1" },
      {},
      "a",
      "default",
      true,
    ],
    [
      "a good slot before one with tries of lower priority",
      { a: "trying 1 3", b: "good 2" },
      {},
      "b",
      "default",
      false,
    ],
    ["the last try too", { a: "trying 2 1", b: "good 1" }, {}, "a", "default", true],
    ["no slot whose tries are gone", { a: "trying 2 0", b: "good 1" }, {}, "b", "default", false],
    [
      "no slot of priority 0 where the scheme says so",
      { a: "good 0", b: "good 1" },
      {},
      "b",
      "default",
      false,
    ],
    [
      "a slot of priority 0 where the scheme lets it",
      { a: "good 0" },
      { zeroNeverBoots: false },
      "a",
      "default",
      false,
    ],
    ["the third when two are bad", { a: "bad 0", b: "bad 0", c: "good 1" }, {}, "c", "default", false],
    ["nothing when both are bad", { a: "bad 0", b: "bad 0" }, {}, null, "nothing-bootable", false],
    ["nothing when there is no slot", {}, {}, null, "nothing-bootable", false],
    [
      "nothing when one is bad and one is empty",
      { a: "bad 0", b: "empty" },
      {},
      null,
      "nothing-bootable",
      false,
    ],
    [
      "the one asked for once, against the priority",
      { a: "good 2", b: "good 1" },
      { once: "b" },
      "b",
      "once",
      true,
    ],
    [
      "not the one asked for once when it is bad",
      { a: "good 2", b: "bad 0" },
      { once: "b" },
      "a",
      "default",
      false,
    ],
    [
      "the first slot when none could be read",
      { a: "unknown", b: "unknown" },
      {},
      "a",
      "store-unreadable",
      false,
    ],
    [
      "the slot of last time when none could be read",
      { a: "unknown", b: "unknown" },
      { last: last("b") },
      "b",
      "store-unreadable",
      false,
    ],
    ["the only one of which nobody keeps state", { a: "unknown" }, { default: "a" }, "a", "default", false],
    [
      "none of those that nobody knows to be slots",
      { a: "unknown", b: "unknown" },
      { isUnsure: true, last: last("b") },
      null,
      "ambiguous-store",
      false,
    ],
    [
      "of those the one that the bootloader started",
      { a: "unknown", b: "unknown" },
      { isUnsure: true, bootedByBootloader: "b" },
      "b",
      "bootloader-chose",
      false,
    ],
    ["a readable slot before an unreadable one", { a: "unknown", b: "trying 1 2" }, {}, "b", "default", true],
    ["an unreadable slot before a bad one", { a: "bad 0", b: "unknown" }, {}, "b", "store-unreadable", false],
    [
      "the slot that the bootloader entered",
      { a: "good 2", b: "trying 1 2" },
      { counting: "bootloader", bootedByBootloader: "b" },
      "b",
      "bootloader-chose",
      false,
    ],
    [
      "the bootloader's slot on its last try",
      { a: "trying 0 0", b: "good 1" },
      { counting: "bootloader", bootedByBootloader: "a" },
      "a",
      "bootloader-chose",
      false,
    ],
    [
      "by the rule, uncounted, when the bootloader counts but did not say what it chose",
      { a: "trying 2 2", b: "good 1" },
      { counting: "bootloader" },
      "a",
      "default",
      false,
    ],
  ];
  it.each(cases)("is %s", (_, slots, more, expected, code, takeTry) => {
    const decision = decideBoot(facts(slots, more));
    expect([decision.slot, decision.reason.code, decision.takeTry]).toEqual([expected, code, takeTry]);
  });

  it("names the others that could be entered instead, best first", () => {
    expect(decideBoot(facts({ a: "good 1", b: "good 3", c: "trying 2 1", d: "bad 0" })).others).toEqual([
      "c",
      "a",
    ]);
  });

  it("does not take a try of a slot that the bootloader has entered, whoever counts", () => {
    expect(decideBoot(facts({ a: "trying 1 2" }, { bootedByBootloader: "a" })).takeTry).toBe(false);
  });
});

describe("a fallback", () => {
  it("is told when the slot of last time used up its tries", () => {
    const decision = decideBoot(facts({ a: "bad 0", b: "good 1" }, { last: last("a") }));
    expect(decision.fallback).toEqual({ from: "a", why: "did not start after 3 tries" });
    expect(decision.reason).toEqual({
      code: "fallback",
      text: "Slot A did not start after 3 tries, so slot B is used.",
    });
    expect(decision.showMenu).toBe(true);
  });

  it("says one try in plain words", () => {
    const decision = decideBoot(facts({ a: "bad 0", b: "good 1" }, { last: last("a", { attempts: 1 }) }));
    expect(decision.reason.text).toBe("Slot A did not start, so slot B is used.");
  });

  it("says that a slot was marked bad", () => {
    const marked = last("a", { outcome: "marked-bad" });
    const decision = decideBoot(facts({ a: "bad 0", b: "good 1" }, { last: marked }));
    expect(decision.reason.text).toBe("Slot A was marked bad, so slot B is used.");
  });

  it("is seen where the bootloader counted and fell back", () => {
    const more = { counting: "bootloader", bootedByBootloader: "b", last: last("a") } as const;
    expect(decideBoot(facts({ a: "bad 0", b: "good 1" }, more)).reason.code).toBe("fallback");
  });

  it("keeps a label that is a name", () => {
    const labels = new Map([
      ["a", "Slot A"],
      ["b", "System B"],
    ]);
    const decision = decideBoot(facts({ a: "bad 0", b: "good 1" }, { last: last("a"), labels }));
    expect(decision.reason.text).toBe("Slot A did not start after 3 tries, so System B is used.");
  });

  it("is told once, and its reason stays", () => {
    const told = last("a", { told: "a" });
    const decision = decideBoot(facts({ a: "bad 0", b: "good 1" }, { last: told }));
    expect([decision.showMenu, decision.reason.code]).toEqual([false, "fallback"]);
  });

  const silent: [string, Record<string, string>, LastDecision][] = [
    [
      "a person chose the slot for one start",
      { a: "bad 0", b: "good 1" },
      last("a", { reason: { code: "once", text: "" } }),
    ],
    ["the slot was confirmed", { a: "bad 0", b: "good 1" }, last("a", { outcome: "marked-good" })],
    ["the slot is still good", { a: "good 1", b: "good 2" }, last("a")],
    ["the slot still has tries", { a: "trying 1 2", b: "good 2" }, last("a")],
    ["the slot could not be read", { a: "unknown", b: "good 2" }, last("a")],
    ["the same slot is entered again", { a: "trying 2 1", b: "good 1" }, last("a")],
    ["the slot is no longer there", { b: "good 1" }, last("a")],
  ];
  it.each(silent)("is none when %s", (_, slots, decision) => {
    const { fallback, showMenu } = decideBoot(facts(slots, { last: decision }));
    expect([fallback, showMenu]).toEqual([null, false]);
  });
});

describe("the sentence", () => {
  it("of the default slot says why a better one is not taken", () => {
    expect(decideBoot(facts({ a: "bad 0", b: "good 1" })).reason.text).toBe(
      "Slot A was not confirmed and has no tries left, so slot B is used.",
    );
  });

  it("of no bootable slot says what is wrong with each", () => {
    expect(decideBoot(facts({ a: "bad 0", b: "empty" })).reason.text).toBe(
      "No slot can be started: slot A was not confirmed and has no tries left; slot B is empty.",
    );
  });

  it("of a running slot on its last try says what the next start takes", () => {
    const more = { counting: "bootloader", bootedByBootloader: "a" } as const;
    const next = decideNext(facts({ a: "trying 0 0", b: "good 1" }, more));
    expect([next.slot, next.reason.text]).toEqual(["b", "Slot A is on its last try, so slot B is used."]);
  });
});

describe("the store's own default", () => {
  const without = ["a", "b"].map((id) => ({ ...slot(id, "good 1"), priority: null }));

  it("leads where the scheme keeps no priorities", () => {
    expect(decideNext(facts({}, { slots: without, default: "b" })).slot).toBe("b");
    expect(decideNext(facts({}, { slots: without, default: null })).slot).toBe("a");
  });

  it("does not overrule priorities, the slot of this start only, or a slot that cannot start", () => {
    expect(decideNext(facts({ a: "good 2", b: "good 1" }, { default: "b" })).slot).toBe("a");
    expect(decideNext(facts({}, { slots: without, default: "b", once: "a" })).slot).toBe("a");
    const bad = without.map((each) => (each.id === "b" ? { ...each, health: "bad" as const } : each));
    expect(decideNext(facts({}, { slots: bad, default: "b" })).slot).toBe("a");
  });
});

it("sorting by priority leaves the table as it is", () => {
  const table = [slot("a", "good 1"), slot("b", "good 2")];
  expect(byPriority(table).map((each) => each.id)).toEqual(["b", "a"]);
  expect(table[0]?.id).toBe("a");
});

it.each([
  ["good 2", false],
  ["trying 1 2", true],
  ["trying 1 0", false],
  ["bad 0", false],
  ["unknown", false],
])("a slot that is %s uses up a try: %s", (words, expected) => {
  expect(needsTry(slot("a", words))).toBe(expected);
});
