import { expect, it } from "vitest";
import {
  isLuksHeader,
  LUKS_DEFAULT_SPAN,
  LUKS_PROBE_SIZE,
  luksHeaderSpan,
} from "../../../src/bytes/luks-header.ts";

function header(version: number): Buffer {
  const bytes = Buffer.alloc(LUKS_PROBE_SIZE);
  bytes.write("4c554b53babe", "hex");
  bytes.writeUInt16BE(version, 6);
  return bytes;
}

it("finds the end of LUKS2's two headers and key slots in its JSON", () => {
  const bytes = header(2);
  bytes.writeBigUInt64BE(16384n, 8);
  bytes.write('{"keyslots":{},"config":{"json_size":"12288","keyslots_size":"16744448"}}', 4096);
  expect(luksHeaderSpan(bytes)).toBe(16 * 1024 * 1024);
});

it("finds the end of LUKS1's key slots in its payload offset", () => {
  const bytes = header(1);
  bytes.writeUInt32BE(4096, 104);
  expect(luksHeaderSpan(bytes)).toBe(2 * 1024 * 1024);
});

it.each([
  ["no JSON", header(2)],
  ["a payload at 0", header(1)],
  ["no magic", Buffer.alloc(LUKS_PROBE_SIZE)],
  ["too few bytes", header(2).subarray(0, 100)],
])("takes the default where a header has %s", (_, bytes) => {
  expect(luksHeaderSpan(bytes)).toBe(LUKS_DEFAULT_SPAN);
});

it("knows the magic of both versions", () => {
  expect([isLuksHeader(header(1)), isLuksHeader(header(2)), isLuksHeader(Buffer.alloc(6))]).toEqual([
    true,
    true,
    false,
  ]);
});
