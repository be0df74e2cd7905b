import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseTar } from "../../../src/bytes/tar.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import { Random } from "../../fixtures/random.ts";

const LONG = `etc/${`${"long-".repeat(10)}/`.repeat(3)}name`;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-tar-"));
  mkdirSync(join(folder, "etc"));
  writeFileSync(join(folder, "etc/hostname"), "pm\n");
  mkdirSync(dirname(join(folder, LONG)), { recursive: true });
  writeFileSync(join(folder, LONG), "x".repeat(1300));
  symlinkSync("hostname", join(folder, "etc/link"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const archive = (format: string) =>
  execFileSync("tar", ["-C", folder, `--format=${format}`, "--mtime=2026-08-01T10:00:00Z", "-c", "./etc"]);

test.each(["gnu", "pax", "ustar"])(
  "the real tar's %s archive is read: names of any length, plain files",
  (format) => {
    const { files, newest } = parseTar(archive(format), "it");
    const read = files.map(({ path, bytes }) => [path, bytes.length]);
    expect(read.sort()).toEqual([
      ["etc/hostname", 3],
      [LONG, 1300],
    ]);
    expect(newest).toBe(Date.parse("2026-08-01T10:00:00Z") / 1000);
  },
);

test("one that is cut off says where", () => {
  const whole = archive("ustar");
  expect(() => parseTar(whole.subarray(0, 700), "it")).toThrow(/^it is damaged at byte \d+: /);
  expect(() => parseTar(whole.subarray(0, 1024), "it")).toThrow(HoldfastError);
});

test("whatever is changed in it, it is read or refused with our own error", () => {
  const whole = archive("gnu");
  const random = new Random(7);
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(whole);
    for (let count = 0; count < 3; count++) bytes[random.below(2048)] = random.below(256);
    try {
      parseTar(bytes, "it");
    } catch (error) {
      expect(error).toBeInstanceOf(HoldfastError);
    }
  }
});
