import { expect, it } from "vitest";
import { modulesFor, toolsFor } from "../../../src/domain/state-tools.ts";

const programs = (...needs: Parameters<typeof toolsFor>) => toolsFor(...needs).map(({ program }) => program);

it("an initramfs has what its state partition needs, and nothing without one", () => {
  expect(programs({ fstype: null, encrypted: false })).toEqual([]);
  expect(programs({ fstype: "ext4", encrypted: false })).toEqual(["mkfs.ext4", "e2fsck"]);
  expect(programs({ fstype: "btrfs", encrypted: true })).toEqual(["mkfs.btrfs", "btrfs", "cryptsetup"]);
  expect(programs({ fstype: "f2fs", encrypted: false })).toEqual(["mkfs.f2fs", "fsck.f2fs"]);
});

it("a file system comes with the checksum that it asks the kernel for", () => {
  expect(modulesFor({ fstype: "f2fs", encrypted: false })).toEqual(["f2fs", "crc32_generic"]);
  expect(modulesFor({ fstype: "ext4", encrypted: true })).toEqual(
    expect.arrayContaining(["crc32c_generic", "dm_crypt", "xts", "loop"]),
  );
});
