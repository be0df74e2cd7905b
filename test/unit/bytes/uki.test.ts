import { expect, test } from "vitest";
import { bufferReader, readPeSections, readUki } from "../../../src/bytes/uki.ts";
import { craftPe } from "../../fixtures/esp.ts";

const OS_RELEASE = 'ID=duranium\nIMAGE_ID=duranium\nIMAGE_VERSION=20260801\nPRETTY_NAME="Duranium"\n';
const HASH = "fc1a152181c96f078388d05fd3a0b9c2d51032a2064be390e0491f3c47dba191";
const image = craftPe({ ".osrel": OS_RELEASE, ".cmdline": `quiet usrhash=${HASH}\n`, ".linux": "MZ" });
const reading = (bytes: Buffer) => () => readUki(bufferReader(bytes, "x.efi"), "x.efi");

test("a unified kernel image tells its name, version and command line", () => {
  expect(reading(image)()).toMatchObject({
    title: "Duranium",
    version: "20260801",
    sortKey: "duranium",
    options: `quiet usrhash=${HASH}`,
  });
});

test("only headers and the two texts are read of it", () => {
  const asked: [number, number][] = [];
  const read = bufferReader(image, "x.efi");
  readUki((offset, length) => {
    asked.push([offset, length]);
    return read(offset, length);
  }, "x.efi");
  expect(asked.every(([, length]) => length <= 512)).toBe(true);
  expect(readPeSections(read, "x.efi").map(({ name }) => name)).toEqual([".osrel", ".cmdline", ".linux"]);
});

test.each<[string, (bytes: Buffer) => unknown, RegExp]>([
  ["no MZ", (b) => b.write("ZM", 0), /x\.efi has no "MZ" at byte 0/],
  ["no PE", (b) => b.writeUInt32LE(0x84, 0x3c), /has no "PE" at byte 132/],
  ["a header beyond its end", (b) => b.writeUInt32LE(0xfffffff0, 0x3c), /ends at byte 2560/],
  ["65535 sections", (b) => b.writeUInt16LE(0xffff, 0x86), /has 65535 sections, at most 96/],
  ["a section beyond its end", (b) => b.writeUInt32LE(0x7fffffff, 0x80 + 24 + 240 + 20), /ends at byte 2560/],
  ["no .osrel", (b) => b.write(".other", 0x80 + 24 + 240), /no \.osrel section/],
])("%s is refused with the place", (_, damage, message) => {
  const bytes = Buffer.from(image);
  damage(bytes);
  expect(reading(bytes)).toThrow(message);
});

test("a text that no real image has is not read", () => {
  const bytes = Buffer.from(image);
  bytes.writeUInt32LE(1 << 20, 0x80 + 24 + 240 + 8);
  bytes.writeUInt32LE(1 << 20, 0x80 + 24 + 240 + 16);
  expect(reading(bytes)).toThrow(/1048576 bytes of \.osrel, at most 65536 are right/);
});
