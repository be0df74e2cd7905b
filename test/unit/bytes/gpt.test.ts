import { describe, expect, test } from "vitest";
import { decodeCopy, difference, withArray } from "../../../src/bytes/gpt.ts";
import { type DiskGeometry, decodeHeader, type GptRole } from "../../../src/bytes/gpt-header.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import { type CraftedDisk, craftDisk, resign, TWO_SLOTS } from "../../fixtures/gpt.ts";

function geometryOf(bytes: Buffer, sectorSize = 512): DiskGeometry {
  return { name: "disk.img", sectorSize, sectors: bytes.length / sectorSize };
}

function decode(bytes: Buffer, role: GptRole = "primary", sectorSize = 512) {
  const geometry = geometryOf(bytes, sectorSize);
  const lba = role === "primary" ? 1 : geometry.sectors - 1;
  const header = decodeHeader(bytes.subarray(lba * sectorSize, (lba + 1) * sectorSize), role, geometry);
  const start = header.arrayLba * sectorSize;
  const array = bytes.subarray(start, start + header.arraySectors * sectorSize);
  return decodeCopy(header, array, geometry);
}

/** A disk whose primary header or array was changed by `damage` and signed anew. */
function damaged(damage: (bytes: Buffer) => void, disk: CraftedDisk = {}): Buffer {
  const bytes = craftDisk(disk);
  damage(bytes);
  resign(bytes, "primary");
  return bytes;
}

function sentenceOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof HoldfastError && error.kind === "badStore") return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.each([512, 4096])("both copies of a table with %d-byte sectors are read", (sectorSize) => {
  const bytes = craftDisk({ sectorSize });
  for (const role of ["primary", "backup"] as const) {
    const { entries, header } = decode(bytes, role, sectorSize);
    expect(entries.map((entry) => entry.name)).toEqual(["KERN-A", "ROOT-A", "KERN-B", "ROOT-B"]);
    expect(entries[2]).toMatchObject({ number: 3, attributes: 0x0101_0000_0000_0000n });
    expect(header.diskGuid).toBe("12345678-9abc-4def-8123-456789abcdef");
  }
  expect(difference(decode(bytes, "primary", sectorSize), decode(bytes, "backup", sectorSize))).toBeNull();
});

test("a changed attribute changes its byte and the two CRCs, and nothing else", () => {
  const bytes = craftDisk();
  const before = decode(bytes);
  const array = Buffer.from(before.array);
  array[54] = 0x0f;
  const after = withArray(before, array, geometryOf(bytes));
  const changedAt = (a: Buffer, b: Buffer) => [...a.keys()].filter((i) => a[i] !== b[i]);
  expect(changedAt(after.array, before.array)).toEqual([54]);
  for (const at of changedAt(after.header.sector, before.header.sector)) {
    expect([16, 17, 18, 19, 88, 89, 90, 91]).toContain(at);
  }
  const same = withArray(before, before.array, geometryOf(bytes));
  expect(same.header.sector).toEqual(before.header.sector);
});

describe("a header is refused, with its place, what was found and what is right", () => {
  test.each<[string, (bytes: Buffer) => void, RegExp]>([
    ["signature", (b) => b.write("EFI PORT", 512), /byte 512: signature is "EFI PORT", "EFI PART"/],
    ["header size", (b) => b.writeUInt32LE(4096, 512 + 12), /header size is 4096, 92 to 512/],
    ["revision", (b) => b.writeUInt32LE(0x20000, 512 + 8), /revision is 0x00020000, 0x00010000/],
    ["own LBA", (b) => b.writeBigUInt64LE(7n, 512 + 24), /own LBA is 7, 1 would be right/],
    ["entry size", (b) => b.writeUInt32LE(256, 512 + 84), /entry size is 256, 128/],
    ["no entries", (b) => b.writeUInt32LE(0, 512 + 80), /has 0 entries, 1 to 1024/],
    ["far too many entries", (b) => b.writeUInt32LE(0xffffffff, 512 + 80), /4294967295 entries/],
    ["array over the header", (b) => b.writeBigUInt64LE(1n, 512 + 72), /LBA 1 to 32, LBA 2 to 33/],
    ["array in usable LBAs", (b) => b.writeBigUInt64LE(30n, 512 + 72), /LBA 30 to 61, LBA 2 to 33/],
    ["array past the disk", (b) => b.writeBigUInt64LE(1n << 60n, 512 + 72), /past any disk/],
    [
      "usable past the end",
      (b) => b.writeBigUInt64LE(999n, 512 + 48),
      /999, but the disk ends after LBA 255/,
    ],
    ["usable range turned round", (b) => b.writeBigUInt64LE(9n, 512 + 48), /LBAs 34 to 9 are no range/],
  ])("%s", (_, damage, expected) => {
    const sentence = sentenceOf(() => decode(damaged(damage)));
    expect(sentence).toMatch(expected);
    expect(sentence).toMatch(/^disk\.img: primary GPT header at byte 512: /);
  });

  test("wrong CRC of header and of array", () => {
    const header = craftDisk();
    header[512 + 60] = 0xff;
    expect(sentenceOf(() => decode(header))).toMatch(/CRC is 0x[0-9a-f]{8}, its bytes give 0x/);
    const array = craftDisk();
    array[1024 + 54] = 0xff;
    expect(sentenceOf(() => decode(array))).toMatch(/entry array at byte 1024 gives CRC/);
  });
});

describe("a table is refused when its partitions cannot be so", () => {
  const [a] = TWO_SLOTS;
  const first = { ...a, number: 1, name: "KERN-A", first: 40, last: 50 };
  test.each<[string, CraftedDisk, RegExp]>([
    ["behind the usable LBAs", { entries: [{ ...first, last: 250 }] }, /partition 1 takes LBA 40 to 250/],
    ["before the usable LBAs", { entries: [{ ...first, first: 3 }] }, /partition 1 takes LBA 3 to 50/],
    ["ending before they start", { entries: [{ ...first, last: 39 }] }, /partition 1 takes LBA 40 to 39/],
    [
      "overlapping",
      { entries: [first, { number: 5, name: "x", first: 50, last: 60 }] },
      /partitions 1 and 5 overlap in LBA 50 to 50/,
    ],
    [
      "sharing a GUID",
      {
        entries: [
          { ...first, guid: "00000000-0000-4000-8000-00000000000a" },
          { number: 10, name: "x" },
        ],
      },
      /partitions 1 and 10 share the GUID 00000000-0000-4000-8000-00000000000a/,
    ],
  ])("%s", (_, disk, expected) => {
    expect(sentenceOf(() => decode(craftDisk(disk)))).toMatch(expected);
  });
});

test("two valid copies are told apart by their entries or by their header", () => {
  const bytes = craftDisk();
  const other = craftDisk({ entries: TWO_SLOTS.slice(0, 2) });
  expect(difference(decode(bytes), decode(other))).toEqual({ kind: "entries", what: "entries" });
  const renamed = damaged((b) => b.writeUInt32LE(1, 512 + 56));
  expect(difference(decode(bytes), decode(renamed))).toEqual({ kind: "header", what: "diskGuid" });
});

test("the signature of cgpt legacy is accepted and kept", () => {
  const bytes = damaged((b) => b.write("CHROMEOS", 512));
  const copy = decode(bytes);
  const array = Buffer.from(copy.array);
  array[54] = 1;
  expect(withArray(copy, array, geometryOf(bytes)).header.sector.toString("latin1", 0, 8)).toBe("CHROMEOS");
});
