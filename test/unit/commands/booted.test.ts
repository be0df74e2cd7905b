import { expect, it } from "vitest";
import type { BootRecord } from "../../../src/commands/boot-record.ts";
import { bootedSlot } from "../../../src/commands/booted.ts";

const place = (id: string) => ({
  id,
  label: `Slot ${id}`,
  device: null,
  identity: `PARTUUID=${id.repeat(8)}`,
  fstype: null,
  options: "ro",
  verity: null,
  base: null,
  problem: null,
});
const places = [place("a"), place("b")];
const record = (slot: string, identity: string): BootRecord => ({
  version: 1,
  slot,
  identity,
  reason: { code: "default", text: "" },
  counters: { priority: null, triesLeft: null, triesDone: null },
  kernel: "6.1",
});
const nothing = { record: null, bootedByBootloader: null, inferred: null, commandLine: "", places };

it("the record of this boot is certain", () => {
  const evidence = { ...nothing, record: record("b", "PARTUUID=BBBBBBBB"), bootedByBootloader: "a" };
  expect(bootedSlot(evidence)).toEqual({ slot: "b", certain: true });
});

it("a record about another disk says nothing", () => {
  expect(bootedSlot({ ...nothing, record: record("b", "PARTUUID=cccccccc") })).toBeNull();
});

it("the bootloader's word is certain", () => {
  expect(bootedSlot({ ...nothing, bootedByBootloader: "a" })).toEqual({ slot: "a", certain: true });
});

it("a root= of the kernel command line is a guess", () => {
  const commandLine = "root=PARTUUID=bbbbbbbb ro";
  expect(bootedSlot({ ...nothing, commandLine })).toEqual({ slot: "b", certain: false });
});

it("what the store makes likely is a guess, and goes behind root=", () => {
  expect(bootedSlot({ ...nothing, inferred: "a" })).toEqual({ slot: "a", certain: false });
  const commandLine = "root=PARTUUID=bbbbbbbb ro";
  expect(bootedSlot({ ...nothing, inferred: "a", commandLine })?.slot).toBe("b");
});

it("while a system of another family runs, no slot does, whatever the bootloader started", () => {
  const evidence = { ...nothing, record: { ...record("ostree:vda2:os/1.0", ""), identity: null } };
  expect(bootedSlot({ ...evidence, bootedByBootloader: "a", inferred: "a" })).toBeNull();
});

it("without evidence no slot runs", () => {
  expect(bootedSlot(nothing)).toBeNull();
});
