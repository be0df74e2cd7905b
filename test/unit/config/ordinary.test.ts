import { expect, test } from "vitest";
import * as z from "zod/mini";
import { ordinaryFaults } from "../../../src/config/ordinary.ts";
import { configSchema } from "../../../src/config/schema.ts";

const RIGHT = {
  boot: { counting: "bootloader", ordinary: "generator" },
  state: { device: "PARTLABEL=state" },
  slot: [{ id: "a", root: "PARTLABEL=root_a" }],
};
const [SLOT] = RIGHT.slot;

const faults = (values: unknown) => ordinaryFaults(z.parse(configSchema(), values), []);

test('boot.ordinary = "generator" is right where the bootloader counts and a shell finds slots and /state', () => {
  expect(faults(RIGHT)).toEqual([]);
  expect(faults({})).toEqual([]);
});

test.each([
  ["nobody counts", { ...RIGHT, boot: { ordinary: "generator" } }, /boot\.counting is not "bootloader"/],
  ["no slot is named", { ...RIGHT, slot: [] }, /there is no \[\[slot\]\]/],
  ["/state is found by Holdfast alone", { ...RIGHT, state: {} }, /state\.device is not a path/],
  [
    "/state is found by its type",
    { ...RIGHT, state: { device: "PARTTYPE=4d21b016-b534-45c2-a9fb-5c16e091fd2d" } },
    /state\.device is not/,
  ],
  [
    "a slot is proved",
    { ...RIGHT, slot: [{ ...SLOT, root_hash: "ab".repeat(32) }] },
    /the images are proved/,
  ],
  ["signatures are required", { ...RIGHT, policy: { signature: "required" } }, /the images are proved/],
])("and wrong where %s", (_, values, fault) => {
  expect(faults(values)).toEqual([expect.stringMatching(fault)]);
});
