import { expect, it } from "vitest";
import { parseMountInfo } from "../../../src/bytes/mountinfo.ts";

const TEXT = `1 1 0:2 / / rw - rootfs rootfs rw
36 35 98:0 / /mnt/my\\040disk rw,noatime master:1 - ext3 /dev/root rw,errors=continue
40 35 253:3 /sub /srv rw shared:7 propagate_from:2 - btrfs /dev/vda3 rw
broken line
`;

it("reads device, root, target, type and source, whatever optional fields stand between", () => {
  expect(parseMountInfo(TEXT)).toEqual([
    { device: "0:2", root: "/", target: "/", fstype: "rootfs", source: "rootfs" },
    { device: "98:0", root: "/", target: "/mnt/my disk", fstype: "ext3", source: "/dev/root" },
    { device: "253:3", root: "/sub", target: "/srv", fstype: "btrfs", source: "/dev/vda3" },
  ]);
});
