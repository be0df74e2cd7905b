import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readCrash } from "../../../src/state/crash.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-pstore-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the kernel's last words are found in what pstore keeps, and each record has an identity", async () => {
  expect(await readCrash(folder)).toEqual({ id: "", failure: null });
  writeFileSync(
    join(folder, "dmesg-ramoops-0"),
    "Panic#1 Part1\n<0>[    3.1] Kernel panic - not syncing: VFS: no root\n",
  );
  const first = await readCrash(folder);
  expect(first.failure).toMatchObject({ text: "kernel panic: VFS: no root" });
  expect(await readCrash(folder)).toEqual(first);
  writeFileSync(
    join(folder, "dmesg-ramoops-0"),
    "Panic#1 Part1\n<0>[    9.1] Kernel panic - not syncing: VFS: no root\n",
  );
  expect((await readCrash(folder)).id).not.toBe(first.id);
});
