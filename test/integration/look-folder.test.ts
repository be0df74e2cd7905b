import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clearLooks, lastingMountOf, lookFolder } from "../../src/linux/look-folder.ts";
import { mountReadOnly, unmountAndRemove } from "../../src/linux/mounts.ts";
import { withTree } from "../../src/roots/look.ts";
import { attach } from "./families/row.ts";
import { run } from "./tools.ts";

/* Two processes of Holdfast that look at the same device: a menu, say, and `holdfast status` beside it. */

const folder = mkdtempSync(join(tmpdir(), "holdfast-looks-"));
let device: string | null = null;
beforeAll(() => {
  const [tree, image] = [join(folder, "tree"), join(folder, "image")];
  mkdirSync(join(tree, "etc"), { recursive: true });
  writeFileSync(join(tree, "etc/os-release"), "NAME=Test\n");
  run("mke2fs", ["-q", "-t", "ext4", "-d", tree, image, "8M"]);
  device = attach(image);
});
afterAll(() => {
  if (device !== null) run("losetup", ["--detach", device]);
  rmSync(folder, { recursive: true });
});

/** No process has this number: it is above the most that Linux gives. */
const DEAD = "4194305";
/** The process that a test runs in has another one, and lives. */
const OTHER = String(process.ppid);

test("a look that another process has is not looked through, and goes on when ours ends", async (context) => {
  if (device === null) return context.skip("this machine has no loop device");
  const theirs = join(folder, "looks", OTHER, "systems/vda3");
  mountReadOnly(device, theirs, "ext4", "nosuid,nodev,noexec,noload");
  try {
    expect(lastingMountOf(device)).toBeNull();
    const ours = join(lookFolder(folder), "a");
    const look = { id: "a", device, fstype: "ext4", verity: null, base: null, folder: ours };
    const seen = await withTree(look, (tree) => {
      clearLooks(folder);
      return [tree, existsSync(join(tree, "etc/os-release")), existsSync(join(theirs, "etc/os-release"))];
    });
    expect(seen).toEqual([ours, true, true]);
    expect(existsSync(join(theirs, "etc/os-release"))).toBe(true);
  } finally {
    unmountAndRemove(theirs);
  }
});

test("what a process that is no more left mounted is taken away", (context) => {
  if (device === null) return context.skip("this machine has no loop device");
  const left = join(folder, "looks", DEAD, "systems/vda3");
  mountReadOnly(device, left, "ext4", "noload");
  clearLooks(folder);
  expect(existsSync(join(folder, "looks", DEAD))).toBe(false);
  expect(existsSync(join(folder, "looks", OTHER))).toBe(true);
});
