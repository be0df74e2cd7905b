import { describe, expect, it } from "vitest";
import {
  changedSince,
  refusalsNow,
  refusalsOf,
  type TargetFacts,
} from "../../../src/domain/reset-refusal.ts";
import { FACTS, TARGET } from "../../fixtures/reset.ts";

const labelled = (label: string) => ({ target: { ...TARGET, label } });

describe("the target of a reset", () => {
  it("may be the state partition, mounted where it belongs or not at all", () => {
    expect(refusalsOf(FACTS)).toEqual([]);
    expect(refusalsOf({ ...FACTS, mounts: [] })).toEqual([]);
    expect(refusalsOf({ ...FACTS, content: null })).toEqual([]);
  });

  it("may be an encrypted root, and only an encrypted one", () => {
    const root: TargetFacts = {
      ...FACTS,
      target: { ...TARGET, role: "root" },
      type: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
      mounts: [],
      ownMounts: [],
    };
    expect(refusalsOf({ ...root, content: "luks" })).toEqual([]);
    expect(refusalsOf({ ...root, content: "ext4" })).toEqual([
      "/dev/vda6 (PARTLABEL=state) is not encrypted (ext4).",
    ]);
  });

  const refused: [string, Partial<TargetFacts>, RegExp][] = [
    ["mounted elsewhere", { mounts: ["/state", "/home"] }, /mounted on \/home/],
    ["swap", { swap: true }, /swap/],
    ["held by another device", { holders: ["dm-0"] }, /in use by dm-0/],
    ["the ESP", { type: "c12a7328-f81f-11d2-ba4b-00a0c93ec93b" }, /EFI system partition/],
    ["XBOOTLDR", { type: "bc13c2ff-59e6-4262-a352-b275fd6f7172" }, /XBOOTLDR/],
    ["a root", { type: "b921b045-1df0-41c3-af44-4c6f280d3fae" }, /is a root by its partition type/],
    ["a kernel", { type: "fe3a2a5d-4f32-41a7-b725-accc3285a309" }, /ChromeOS kernel/],
    ["verity data", { type: "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5" }, /verity data/],
    ["calibration", labelled("modemst1"), /"modemst1" by its label/],
    ["firmware of a slot", labelled("xbl_a"), /"xbl_a" by its label/],
    ["misc", labelled("misc"), /"misc"/],
    ["an image of a system", { content: "erofs" }, /holds an image of a system \(erofs\)/],
    ["a slot's own", { slots: ["b"] }, /belongs to slot b/],
    ["what runs", { runs: true }, /holds the running system/],
    ["read-only", { readOnly: true }, /is read-only/],
    ["a link", { isLink: true }, /symbolic link/],
    ["a whole disk", { isWholeDisk: true }, /whole disk/],
    ["without PARTUUID", { target: { ...TARGET, partuuid: "" } }, /has no PARTUUID/],
    ["on a stick", { removable: true }, /removable disk/],
    ["far too small", { target: { ...TARGET, size: 1024 } }, /1024 bytes/],
  ];
  it.each(refused)("is refused when it is %s, and says so", (_, facts, words) => {
    const found = refusalsOf({ ...FACTS, ...facts });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(words);
    expect(found[0]).toContain("/dev/vda6");
  });

  it("is refused with every reason at once", () => {
    expect(refusalsOf({ ...FACTS, readOnly: true, swap: true })).toHaveLength(2);
  });

  it("may be asked for while its directories are bound into the system, but not erased", () => {
    const facts = { ...FACTS, bound: ["/home", "/var"] };
    expect(refusalsOf(facts)).toEqual([]);
    expect(refusalsNow(facts)).toEqual([
      "/dev/vda6 (PARTLABEL=state) is in use: its directories are mounted on /home, /var.",
    ]);
  });

  it("must not have changed since it was shown", () => {
    expect(changedSince(TARGET, { ...TARGET })).toBeNull();
    expect(changedSince(TARGET, { ...TARGET, deviceNumber: "254:7" })).toMatch(
      /deviceNumber was 254:6 and is 254:7/,
    );
  });
});
