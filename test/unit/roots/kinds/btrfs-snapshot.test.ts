import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "../../../../src/domain/system.ts";
import { btrfsSnapshot } from "../../../../src/roots/kinds/btrfs-snapshot.ts";
import { btrfsSnapshotFamily, infoXml, snapshotId } from "../../../fixtures/systems/btrfs-snapshot.ts";
import { KERNEL, placeAt, write } from "../../../fixtures/systems/family.ts";

const RUNNING = { kernel: KERNEL, lastRun: null };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-snapshot-"));
  btrfsSnapshotFamily.make(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const describe = (number: number): System =>
  btrfsSnapshot.describe(placeAt(root), snapshotId(number), RUNNING);

test("a snapshot is described by its info.xml and its own os-release", () => {
  expect(describe(2)).toMatchObject({
    title: "update & 2",
    version: "20261102",
    date: "2026-11-02T13:38:39Z",
    kernel: { releases: [KERNEL], isRunning: true },
    health: { state: "good", evidence: ["It is the last that health-checker found working."] },
    flags: { pinned: false, incomplete: false },
    always: { command: "snapper rollback 2" },
    warnings: [],
  });
});

test("which is the default is unknown where the file system cannot be asked", () => {
  expect(describe(2).flags.default).toBeNull();
});

test.each([
  [3, "Its update was not finished."],
  [4, "It has no info.xml: its making was not finished."],
  [5, "Its info.xml is that of snapshot 6."],
  [7, "Its subvolume is missing."],
])("snapshot %i is listed as what it is: %s", (number, problem) => {
  expect(describe(number)).toMatchObject({
    health: { state: "bad", evidence: [problem] },
    flags: { incomplete: true },
    once: { entry: null, reason: problem },
    always: { command: null, reason: problem },
  });
});

test("a date that no calendar has is none", () => {
  write(root, "@/.snapshots/2/info.xml", infoXml(2).replace("2026-11-02", "2026-11-31"));
  expect(describe(2)).toMatchObject({ date: null, warnings: ["Its info.xml has no date."] });
});

test("transactional-update makes it the default where the snapshot has it", () => {
  write(root, `${snapshotId(2)}/usr/sbin/transactional-update`);
  expect(describe(2).always.command).toBe("transactional-update rollback 2");
});

test("a first start that has to merge /etc is left to the snapshot's own initramfs", () => {
  write(root, `${snapshotId(2)}/etc/etc.syncpoint`);
  expect(describe(2).once).toEqual({
    entry: null,
    reason: "Its own initramfs has yet to bring its /etc up to date. No boot entry for it is there either.",
  });
});

test("a boot entry with the snapshot's subvolume is its own kernel", () => {
  const options = `root=UUID=1 rootflags=subvol=${snapshotId(1)}`;
  write(
    root,
    "esp/loader/entries/suse-1.conf",
    `linux /suse/linux\ninitrd /suse/initrd\noptions ${options}\n`,
  );
  for (const name of ["linux", "initrd"]) write(root, `esp/suse/${name}`);
  const boot = { tree: join(root, "esp"), device: "/dev/sda1", fstype: "vfat", options: "", label: null };
  const opening = btrfsSnapshot.open({ ...placeAt(root), boot }, snapshotId(1), RUNNING, "/sysroot");
  expect(opening).toMatchObject({
    entry: "kexec",
    kernel: { device: "/dev/sda1", linux: "/suse/linux", options },
  });
});

test.each([
  [
    "an overlay",
    "overlay /etc overlay lowerdir=/x,x-initrd.mount 0 0",
    "Its fstab wants overlay of type overlay on /etc",
  ],
  ["another disk", "UUID=2 /var btrfs x-initrd.mount 0 0", "Its fstab wants UUID=2 of type btrfs on /var"],
  [
    "a way out",
    "/etc /var/../../x none bind,x-initrd.mount 0 0",
    "Its fstab mounts /var/../../x, which is no plain",
  ],
  [
    "a link",
    "/etc /link none bind,x-initrd.mount 0 0",
    "Its fstab mounts /link, which is no directory of it.",
  ],
])("an fstab with %s before the root is entered is not carried out", (_what, line, reason) => {
  symlinkSync("/etc", join(root, snapshotId(2), "link"));
  write(root, `${snapshotId(2)}/etc/fstab`, `UUID=1 / btrfs ro 0 0\n${line}\n`);
  expect(describe(2).once).toEqual({ entry: null, reason: expect.stringContaining(reason) });
});

test("it is read-only once what its fstab asks for is mounted", () => {
  const opening = btrfsSnapshot.open(placeAt(root, "btrfs"), snapshotId(2), RUNNING, "/sysroot");
  const [device, fstype] = ["/dev/sda2", "btrfs"];
  expect(opening).toEqual({
    entry: "switch-root",
    init: "/sbin/init",
    steps: [
      {
        kind: "mount",
        device,
        target: "/sysroot",
        fstype,
        options: `subvol=${snapshotId(2)}`,
        access: "writable",
      },
      { kind: "mount", device, target: "/sysroot/var", fstype, options: "subvol=/@/var", access: "writable" },
      { kind: "bind", source: "/sysroot/etc", target: "/sysroot/etc" },
      { kind: "protect", target: "/sysroot" },
      { kind: "need-init", root: "/sysroot", init: "/sbin/init" },
    ],
  });
});

test("without an fstab nobody knows what it needs, and it is not entered", () => {
  unlinkSync(join(root, snapshotId(2), "etc/fstab"));
  expect(describe(2).once).toEqual({
    entry: null,
    reason: expect.stringContaining("It has no /etc/fstab, so what it needs mounted is not known."),
  });
});
