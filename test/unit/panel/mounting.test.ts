import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { memorySurface } from "../../../src/panel/memory.ts";
import { insetsOf, mounted } from "../../../src/panel/mounting.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-mounting-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAIN = { safeArea: null, cornerRadius: 0 } as const;

function rotationOf(text: string) {
  const file = join(folder, "rotate");
  writeFileSync(file, text);
  return mounted(memorySurface(100, 200), { ...PLAIN, rotation: "auto" }, file).geometry.mounted;
}

describe("a panel in its device", () => {
  test("it is turned as the configuration says, else as the kernel's text console is", () => {
    const fixed = mounted(memorySurface(100, 200), { ...PLAIN, rotation: 180 }, join(folder, "none"));
    expect(fixed.geometry.mounted).toBe(180);
    expect(["0\n", "1\n", "2\n", "3\n", "7\n", "\n"].map(rotationOf)).toEqual([0, 90, 180, 270, 0, 0]);
    const none = mounted(memorySurface(100, 200), { ...PLAIN, rotation: "auto" }, join(folder, "none"));
    expect(none.geometry.mounted).toBe(0);
  });

  test("without a word about its edges they are guessed", () => {
    expect(insetsOf({ ...PLAIN, rotation: 0 })).toBeNull();
  });

  test("what a notch hides and what a corner cuts off stays free", () => {
    const safeArea = { top: 90, right: 0, bottom: 0, left: 0 };
    expect(insetsOf({ rotation: 0, safeArea, cornerRadius: 100 })).toEqual({
      top: 90,
      right: 30,
      bottom: 30,
      left: 30,
    });
  });
});
