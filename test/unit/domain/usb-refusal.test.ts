import { expect, test } from "vitest";
import { type ExportFacts, readRefusal, writeRefusal } from "../../../src/domain/usb-refusal.ts";

const DATA = "0fc63daf-8483-4772-8e79-3d69d8477de4";
const FACTS: ExportFacts = {
  policy: "read-write",
  label: "photos",
  type: DATA,
  content: "ext4",
  pluggedIn: false,
  readOnly: false,
  mounted: false,
  held: false,
  slot: false,
};

test("a data partition that nobody uses can be read and written", () => {
  expect([readRefusal(FACTS), writeRefusal(FACTS)]).toEqual([null, null]);
});

test.each([
  ["is not allowed", { policy: "none" }, "policy"],
  ["is mounted", { mounted: true }, "mounted"],
  ["is below another device, or swap", { held: true }, "held"],
] as const)("what %s cannot even be read", (_, change, why) => {
  const facts: ExportFacts = { ...FACTS, ...change };
  expect([readRefusal(facts), writeRefusal(facts)]).toEqual([why, why]);
});

test.each([
  ["the policy only lets read", { policy: "read-only" }, "policy-write"],
  ["the kernel does not write", { readOnly: true }, "read-only"],
  ["belongs to a slot", { slot: true }, "slot"],
  ["holds an image", { content: "erofs" }, "image"],
  ["holds what proves an image", { content: "dm-verity hashes" }, "image"],
  ["is the ESP", { type: "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", content: "FAT" }, "starts-from"],
  ["is a root", { type: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709" }, "starts-from"],
  ["is firmware by its label", { label: "modemst1" }, "starts-from"],
  ["is built in, and no table tells what it is", { type: null }, "unknown-type"],
] as const)("what %s can be read, and not be written", (_, change, why) => {
  const facts: ExportFacts = { ...FACTS, ...change };
  expect([readRefusal(facts), writeRefusal(facts)]).toEqual([null, why]);
});

test("a card without a table of types can be written: the device does not start from it", () => {
  expect(writeRefusal({ ...FACTS, type: null, pluggedIn: true })).toBeNull();
});
