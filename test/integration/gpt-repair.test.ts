import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { repairGpt } from "../../src/boot-control/gpt-repair.ts";
import { diskAt } from "../../src/linux/disk.ts";
import { chromeosImage } from "../fixtures/chromeos-image.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { MemoryDisk } from "../fixtures/memory-disk.ts";
import { tornDisks } from "../fixtures/torn.ts";
import { cgptCounters, run, sgdiskFaults } from "./tools.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-repair-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "disk.img");
const SLOTS = {
  a: { priority: 2, tries: 0, successful: true },
  b: { priority: 1, tries: 3, successful: false },
};

function damaged(role: "primary" | "backup"): { right: Buffer; bytes: Buffer } {
  chromeosImage(path, SLOTS);
  const right = readFileSync(path);
  const bytes = Buffer.from(right);
  const header = role === "primary" ? 512 : bytes.length - 512;
  // Only what belongs to the header: cgpt repair leaves the rest of the sector as it finds it.
  bytes.fill(0xee, header, header + 92);
  writeFileSync(path, bytes);
  return { right, bytes };
}

describe.each(["primary", "backup"] as const)("a torn %s GPT", (role) => {
  test("is repaired to the bytes that cgpt repair makes, and sgdisk finds no problem", async () => {
    const { right, bytes } = damaged(role);
    expect(sgdiskFaults(path)).toContainEqual(expect.stringMatching(/header: ERROR/));
    await repairGpt(diskAt(path));
    const ours = readFileSync(path);
    writeFileSync(path, bytes);
    run("cgpt", ["repair", path]);
    expect(ours.equals(readFileSync(path))).toBe(true);
    expect(ours.equals(right)).toBe(true);
    writeFileSync(path, ours);
    expect(sgdiskFaults(path)).toEqual([]);
    expect(run("cgpt", ["show", "-v", path])).not.toMatch(/INVALID/);
  });

  test("after power was lost at any write is still read by cgpt, with the same counters", async () => {
    const { bytes } = damaged(role);
    const disk = new MemoryDisk(Buffer.from(bytes));
    await repairGpt(disk.open);
    const torn = [...tornDisks(bytes, disk)];
    // Every write's begin, end and some places between: each of them is a whole image on disk for cgpt.
    const some = torn.filter((_, index) => index % 5 === 0 || index >= torn.length - 4);
    for (const each of some) {
      writeFileSync(path, each);
      expect(cgptCounters(path, 4)).toEqual([1, 3, 0]);
    }
  });

  test("is shown by check with exit 2 and left alone; check --repair makes it right", () => {
    const { right, bytes } = damaged(role);
    const words = ["--root", join(folder, "root"), "--disk", path, "check"];
    const shown = holdfast(words);
    expect(shown.code).toBe(2);
    expect(shown.stdout).toMatch(new RegExp(`^repair .*the ${role} copy is written from the`, "m"));
    expect(shown.stdout).toContain("Ask for it with: holdfast check --repair");
    expect(readFileSync(path).equals(bytes)).toBe(true);
    const repaired = holdfast([...words, "--repair"]);
    expect(repaired).toMatchObject({ code: 0, stderr: "" });
    expect(repaired.stdout).toMatch(new RegExp(`^done .*the ${role} GPT was written`, "m"));
    expect(readFileSync(path).equals(right)).toBe(true);
  });
});

test("check says what was found, what was concluded and how far that can be trusted", () => {
  chromeosImage(path, SLOTS);
  const { stdout } = holdfast(["--root", join(folder, "root"), "--disk", path, "check"]);
  expect(stdout).toMatch(
    /^found {2}chromeos-gpt: 2 ChromeOS kernel partitions on .*; Holdfast counts the tries/m,
  );
  expect(stdout).toMatch(/\(strong: a valid store lies there\)$/m);
  expect(stdout).toContain("Everything is right.");
});
