import { describe, expect, it } from "vitest";
import { type ErasureFacts, gradeOf } from "../../../src/domain/reset-grade.ts";

const facts: ErasureFacts = {
  role: "state",
  fstype: "ext4",
  removesOnly: false,
  encrypted: true,
  emptyPassphrase: false,
  plain: [],
  blocks: "plain",
};

describe("the grade of an erasure", () => {
  it("is the destroyed keys when everything was encrypted with them", () => {
    expect(gradeOf(facts).grade).toBe("keys-destroyed");
    expect(gradeOf({ ...facts, role: "root", fstype: "btrfs" }).grade).toBe("keys-destroyed");
  });

  it("is that of the blocks where something lay beside the encrypted part", () => {
    const { grade, reason } = gradeOf({ ...facts, plain: ["/home"] });
    expect(grade).toBe("discarded");
    expect(reason).toContain("/home was not encrypted.");
  });

  it.each(["btrfs", "f2fs"] as const)(
    "never trusts keys inside of %s, which writes to new blocks",
    (fstype) => {
      expect(gradeOf({ ...facts, fstype, blocks: "none" }).grade).toBe("deleted");
      expect(gradeOf({ ...facts, fstype }).reason).toContain("may keep older copies");
    },
  );

  it("never trusts a key that an empty passphrase opened", () => {
    expect(gradeOf({ ...facts, emptyPassphrase: true, blocks: "none" }).grade).toBe("deleted");
    expect(gradeOf({ ...facts, role: "root", emptyPassphrase: true }).reason).toContain("no secret");
  });

  it.each([
    ["secure", "discarded"],
    ["plain", "discarded"],
    ["overwritten", "overwritten"],
    ["none", "deleted"],
  ] as const)("of blocks that were erased %s is %s", (blocks, grade) => {
    expect(gradeOf({ ...facts, encrypted: false, blocks }).grade).toBe(grade);
  });

  it("of removed files is only deleted", () => {
    expect(gradeOf({ ...facts, removesOnly: true }).grade).toBe("deleted");
  });
});
