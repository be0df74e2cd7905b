import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { treeSize, treeSizeBy } from "../../../src/linux/tree-size.ts";

it("a folder's size is what du says: links once, nothing behind symbolic ones; not known in time is null", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-size-"));
  try {
    mkdirSync(join(folder, "a/b"), { recursive: true });
    writeFileSync(join(folder, "a/one"), Buffer.alloc(70_000, 1));
    linkSync(join(folder, "a/one"), join(folder, "a/b/two"));
    symlinkSync("/usr", join(folder, "a/usr"));
    const du = Number(execFileSync("du", ["-s", "-B1", folder], { encoding: "utf8" }).split("\t")[0]);
    expect(treeSize(folder)).toBe(du);
    expect(await treeSizeBy(folder, performance.now() + 10_000)).toBe(du);
    expect(treeSize(folder, 3)).toBeNull();
    expect(await treeSizeBy(folder, performance.now() - 1)).toBeNull();
    expect(treeSize(join(folder, "none"))).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
