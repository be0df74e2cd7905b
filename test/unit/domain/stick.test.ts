import { expect, it } from "vitest";
import { chooseStick, type StickCandidate } from "../../../src/domain/stick.ts";

const stick: StickCandidate = {
  device: "/dev/sdb1",
  disk: "/dev/sdb",
  attached: "usb",
  inUse: false,
  content: "FAT",
};

it("takes the first stick or card that can be written", () => {
  const foreign = { ...stick, device: "/dev/sdb", content: "NTFS" };
  const card = { ...stick, device: "/dev/mmcblk1p1", attached: "sd", content: "exFAT" } as const;
  expect(chooseStick([foreign, card, stick])).toEqual({ device: "/dev/mmcblk1p1", fstype: "exfat" });
  expect(chooseStick([stick])).toEqual({ device: "/dev/sdb1", fstype: "vfat" });
});

it.each([
  ["an internal disk", { attached: "internal" }],
  ["the card that the device starts from", { inUse: true }],
  ["what holds no file system", { content: null }],
  ["what is encrypted", { content: "LUKS" }],
] as const)("never takes %s", (_, changes) => {
  expect(chooseStick([{ ...stick, ...changes }])).toBeNull();
});
