import { expect, it } from "vitest";
import { MAGIC_SPAN, sniffFileSystem } from "../../../src/bytes/filesystem-magic.ts";

it("knows no file system in zeros, noise or a device that is too short", () => {
  expect(sniffFileSystem(Buffer.alloc(MAGIC_SPAN))).toBeNull();
  expect(sniffFileSystem(Buffer.alloc(MAGIC_SPAN, 0xa5))).toBeNull();
  expect(sniffFileSystem(Buffer.alloc(0))).toBeNull();
});

it("does not take an ext4 magic at the wrong place", () => {
  const start = Buffer.alloc(MAGIC_SPAN);
  start.writeUInt16LE(0xef53, 1024);
  expect(sniffFileSystem(start)).toBeNull();
});
