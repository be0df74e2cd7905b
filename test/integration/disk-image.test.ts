import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_STATE, demoSlots } from "../../src/build/demo-slots.ts";
import { diskImage } from "../../src/build/disk-image.ts";
import { run } from "../../src/build/run.ts";

const MIB = 1024 * 1024;

describe("the demo's disk image", () => {
  let folder: string;
  let image: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-image-"));
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const roots = new Map([
      ["a", file("a", "root of slot a")],
      ["b", file("b", "root of slot b")],
    ]);
    const vmlinuz = file("vmlinuz", "a kernel");
    image = await diskImage({
      name: "integration.img",
      slots: demoSlots(),
      roots,
      state: DEMO_STATE,
      vmlinuz,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is a GPT without errors for sfdisk", () => {
    expect(run("sfdisk", ["-V", image])).toContain("No errors detected");
  });

  test("has the partitions by name and type, and the counters as cgpt reads them", () => {
    const show = (partition: number, flag: string) =>
      run("cgpt", ["show", "-i", `${partition}`, flag, image]).trim();
    expect([1, 2, 3, 4, 5, 6].map((partition) => show(partition, "-l"))).toEqual([
      "esp",
      "kernel_a",
      "kernel_b",
      "root_a",
      "root_b",
      "state",
    ]);
    expect(show(2, "-t").toUpperCase()).toBe("FE3A2A5D-4F32-41A7-B725-ACCC3285A309");
    expect(["-P", "-T", "-S"].map((flag) => show(2, flag))).toEqual(["2", "0", "1"]);
    expect(["-P", "-T", "-S"].map((flag) => show(3, flag))).toEqual(["1", "3", "0"]);
  });

  test("holds each root at the start of its partition", () => {
    const bytes = readFileSync(image);
    for (const [partition, slot] of [
      ["4", "a"],
      ["5", "b"],
    ] as const) {
      const start = Number(run("cgpt", ["show", "-i", partition, "-b", image])) * 512;
      expect(start % MIB).toBe(0);
      expect(bytes.subarray(start, start + 14).toString()).toBe(`root of slot ${slot}`);
    }
  });

  test("holds the kernel on a FAT file system and a clean ext4 for /state", () => {
    const at = (partition: number) =>
      Number(run("cgpt", ["show", "-i", `${partition}`, "-b", image]).trim()) * 512;
    expect(run("mtype", ["-i", `${image}@@${at(1)}`, "::/vmlinuz"])).toBe("a kernel");
    const state = join(folder, "state.img");
    run("dd", [`if=${image}`, `of=${state}`, "bs=1M", `skip=${at(6) / MIB}`, "count=64", "status=none"]);
    expect(run("e2fsck", ["-fn", state])).toMatch(/state: \d+\/\d+ files/);
  });
});
