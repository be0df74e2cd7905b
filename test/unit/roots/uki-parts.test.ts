import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ukiParts } from "../../../src/roots/uki-parts.ts";
import { craftPe } from "../../fixtures/esp.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-uki-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Buffer): string {
  const path = join(folder, "image.efi");
  writeFileSync(path, bytes);
  return path;
}

test("kernel and archives come out of a unified kernel image as files, the microcode first", () => {
  const parts = ukiParts(file(craftPe({ ".linux": "kernel", ".initrd": "archive", ".ucode": "microcode" })));
  const texts = [parts?.linux, ...(parts?.initrds ?? [])].map((path) => readFileSync(path ?? "", "utf8"));
  expect(texts).toEqual(["kernel", "microcode", "archive"]);
  parts?.close();
});

test("a plain kernel is none, be it a PE file or not; one that is cut short is told", () => {
  expect(ukiParts(file(craftPe({ ".text": "kernel" })))).toBeNull();
  expect(ukiParts(file(Buffer.from("ARM kernel")))).toBeNull();
  const image = craftPe({ ".linux": "kernel" });
  expect(() => ukiParts(file(image.subarray(0, 1026)))).toThrow(
    /image.efi ends at byte 1026, 6 bytes at 1024 were expected/,
  );
});
