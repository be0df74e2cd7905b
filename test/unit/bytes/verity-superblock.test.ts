import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  decodeVeritySuperblock,
  hashStartBlock,
  verityParameters,
} from "../../../src/bytes/verity-superblock.ts";

/** What veritysetup of Debian 12 writes over one block of data, without a salt of chance. */
let superblock: Buffer;
let rootHash: string;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-verity-"));
  const [data, hash] = [join(folder, "data"), join(folder, "hash")];
  writeFileSync(data, Buffer.alloc(3 * 1024, "data"));
  writeFileSync(hash, "");
  const words = ["--data-block-size=1024", "--hash-block-size=512", "--salt=c0ffee", "--uuid"];
  const uuid = "6f6c6466-6173-4074-8000-000000000061";
  const output = execFileSync("veritysetup", ["format", ...words, uuid, data, hash], { encoding: "utf8" });
  rootHash = /Root hash:\s*([0-9a-f]+)/.exec(output)?.[1] ?? "";
  superblock = readFileSync(hash);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the superblock that veritysetup writes", () => {
  test("is read with its sizes, its salt and the place of its tree", () => {
    const read = decodeVeritySuperblock(superblock, "hash");
    expect(read).toMatchObject({
      uuid: "6f6c6466617340748000000000000061",
      hashType: 1,
      algorithm: "sha256",
      dataBlocks: 3,
    });
    expect([read.dataBlockSize, read.hashBlockSize, read.salt.toString("hex")]).toEqual([
      1024,
      512,
      "c0ffee",
    ]);
    expect([hashStartBlock(read, 0), hashStartBlock(read, 700)]).toEqual([1, 3]);
    expect(verityParameters(read, { data: "254:3", hash: "254:2", hashOffset: 0, rootHash })).toBe(
      `1 254:3 254:2 1024 512 3 1 sha256 ${rootHash} c0ffee`,
    );
  });

  test.each([
    ["no signature", 0, 0x58, 'there is no "verity" at byte 0'],
    ["another version", 8, 2, "its version is 2, 1 would be right"],
    ["an unknown hash type", 12, 7, "its hash type is 7, 0 or 1 would be right"],
    ["no algorithm", 32, 0, "its hash algorithm at byte 32 has no name"],
    ["odd data blocks", 64, 3, "its data blocks have 1027 bytes, a power of two from 512 would be right"],
    ["more blocks than fit", 79, 0xff, "which no partition holds"],
    ["a salt that is too long", 81, 9, "its salt has 2307 bytes, at most 256 are right"],
  ])("with %s it is refused", (_, at, value, message) => {
    const bytes = Buffer.from(superblock);
    bytes[at] = value;
    expect(() => decodeVeritySuperblock(bytes, "/dev/vda2")).toThrow(message);
    expect(() => decodeVeritySuperblock(bytes, "/dev/vda2")).toThrow(/^\/dev\/vda2: /);
  });

  test("cut short it is refused", () => {
    expect(() => decodeVeritySuperblock(superblock.subarray(0, 511), "x")).toThrow("511 bytes");
  });
});
