import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { LABEL_SPAN, labelOf } from "../../../src/bytes/filesystem-label.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-label-"));
afterAll(() => rmSync(folder, { recursive: true }));

const MAKERS: Readonly<Record<string, readonly string[]>> = {
  ext4: ["mke2fs", "-q", "-t", "ext4", "-L"],
  btrfs: ["mkfs.btrfs", "-q", "-L"],
  f2fs: ["mkfs.f2fs", "-q", "-l"],
};

test.each(Object.entries(MAKERS))(
  "the label that the tool of %s writes is read",
  (fstype, [tool = "", ...words]) => {
    const image = join(folder, fstype);
    execFileSync("truncate", ["-s", "128M", image]);
    execFileSync(tool, [...words, "vos-a", image], { stdio: "pipe" });
    const start = readFileSync(image).subarray(0, LABEL_SPAN);
    expect(labelOf(start, fstype)).toBe("vos-a");
  },
);

test("an empty label, a start that is too short and another file system have none", () => {
  expect(labelOf(new Uint8Array(LABEL_SPAN), "ext4")).toBeNull();
  expect(labelOf(new Uint8Array(100), "btrfs")).toBeNull();
  expect(labelOf(new Uint8Array(LABEL_SPAN), "erofs")).toBeNull();
});
