import { describe, expect, test } from "vitest";
import { BOOTLOADER_CONTROL, formatOf } from "../../../src/boot-control/misc-format.ts";
import { started } from "../../../src/boot-control/misc-rules.ts";
import { decodeAvbAb, withAvbSlots } from "../../../src/bytes/avb-ab.ts";
import { decodeBootloaderControl, withBootloaderSlots } from "../../../src/bytes/bootloader-control.ts";
import type { MiscSlot } from "../../../src/bytes/misc-slot.ts";
import { decodeVirtualAb } from "../../../src/bytes/virtual-ab.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import { craftAvbAb, craftControl, signAvbAb, signControl } from "../../fixtures/misc.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
/** As a C compiler lays the struct out: two slots, priority 15, seven tries. */
const DEFAULT = hex("5f610000 42434142 01020000 7f007f00 00000000 00000000 00000000 27ef1f32");
const FULL: MiscSlot = { priority: 15, tries: 7, successful: false, corrupted: false };

/** The record that U-Boot's ab_select leaves of these slot bytes; null when it refuses. */
function abSelect(slots: string): { starts: number | null; stored: string; crc: string } {
  const record = Buffer.from(DEFAULT);
  hex(slots).copy(record, 12);
  const { slots: found } = BOOTLOADER_CONTROL.decode(signControl(record), "misc");
  const after = withBootloaderSlots(record, started(found, BOOTLOADER_CONTROL.rule) ?? found);
  return {
    starts: BOOTLOADER_CONTROL.rule.next(found),
    stored: after.toString("hex", 12, 16),
    crc: after.toString("hex", 28),
  };
}

describe("bootloader_control", () => {
  test("reads the default of the field", () => {
    expect(decodeBootloaderControl(DEFAULT, "misc")).toEqual({
      suffix: "_a",
      mergeStatus: 0,
      slots: [FULL, FULL],
    });
  });

  test("a confirmed slot with one try has the bytes and the CRC that a C compiler gives it", () => {
    const after = withBootloaderSlots(DEFAULT, [{ ...FULL, tries: 1, successful: true }]);
    expect([after[12], after.toString("hex", 28)]).toEqual([0x9f, "548fa357"]);
  });

  test("U-Boot's own results: priority decides and a try is taken", () => {
    expect(abSelect("7f007e00")).toEqual({ starts: 0, stored: "6f007e00", crc: "cf303749" });
    expect(abSelect("7e007f00")).toMatchObject({ starts: 1, stored: "7e006f00" });
  });

  test("U-Boot's own results: of two equal priorities the confirmed slot starts, even without tries and priority", () => {
    expect(abSelect("70008000")).toMatchObject({ starts: 1, stored: "70008000" });
  });

  test("U-Boot's own results: with nothing left it stops and writes nothing", () => {
    expect(abSelect("0f000e00")).toMatchObject({ starts: null, stored: "0f000e00" });
  });

  test("a slot that dm-verity found corrupted never starts", () => {
    expect(abSelect("ff017e00")).toMatchObject({ starts: 1 });
  });

  test("only the slots that are counted are there", () => {
    for (const [count, slots] of [1, 2, 3, 4].entries()) {
      expect(decodeBootloaderControl(craftControl(Array(slots).fill(0x7f)), "misc").slots).toHaveLength(
        count + 1,
      );
    }
  });

  test("reads the merge state that lies across two bytes, and keeps it and all else that is not a slot", () => {
    const record = Buffer.from(DEFAULT);
    record[9] = 0x02 | (5 << 3) | (3 << 6);
    record[10] = 0xab & 0xfe;
    record[13] = 0xfe;
    record.fill(0xcd, 16, 28);
    signControl(record);
    expect(decodeBootloaderControl(record, "misc")).toMatchObject({ mergeStatus: 3 });
    expect(BOOTLOADER_CONTROL.decode(record, "misc").update).toBe("merging");
    const { slots } = decodeBootloaderControl(record, "misc");
    expect(withBootloaderSlots(record, slots)).toEqual(record);
    expect(withBootloaderSlots(record, [{ ...FULL, tries: 0 }]).subarray(13, 28)).toEqual(
      record.subarray(13, 28),
    );
  });

  test.each<[string, (bytes: Buffer) => void, RegExp]>([
    ["a wrong CRC", (bytes) => bytes.writeUInt8(0, 28), /misc: CRC is 0x321fef00, its bytes give 0x321fef27/],
    [
      "a wrong magic",
      (bytes) => signControl(bytes.fill("X", 4, 5)),
      /magic is 0x42414358, 0x42414342 would be/,
    ],
    ["a version to come", (bytes) => signControl(bytes.fill(2, 8, 9)), /version is 2, at most 1 is known/],
    ["no slots", (bytes) => signControl(bytes.fill(0, 9, 10)), /it has 0 slots, 1 to 4 would be right/],
    ["seven slots", (bytes) => signControl(bytes.fill(7, 9, 10)), /it has 7 slots/],
  ])("with %s is a typed error", (_, damage, message) => {
    const record = Buffer.from(DEFAULT);
    damage(record);
    expect(() => decodeBootloaderControl(record, "misc")).toThrow(message);
  });

  test("counters that do not fit are never written", () => {
    for (const wrong of [{ priority: 16 }, { priority: -1 }, { tries: 8 }, { tries: 0.5 }]) {
      expect(() => withBootloaderSlots(DEFAULT, [{ ...FULL, ...wrong }])).toThrow(RangeError);
    }
  });
});

describe("AvbABData", () => {
  const RECORD = craftAvbAb([15, 7, 0], [14, 0, 1]);

  test("reads both slots, with its CRC the other way round", () => {
    expect(decodeAvbAb(RECORD, "misc")).toEqual([
      FULL,
      { ...FULL, priority: 14, tries: 0, successful: true },
    ]);
    const turned = Buffer.concat([RECORD.subarray(0, 28), Buffer.from(RECORD.subarray(28)).reverse()]);
    expect(() => decodeAvbAb(turned, "misc")).toThrow(/CRC is/);
  });

  test("keeps what it does not know, byte for byte", () => {
    const record = signAvbAb(Buffer.from(RECORD).fill(0xab, 16, 28).fill(0x7, 11, 12).fill(5, 14, 15));
    expect(withAvbSlots(record, decodeAvbAb(record, "misc"))).toEqual(record);
  });

  test.each<[string, Buffer, RegExp]>([
    ["a wrong magic", Buffer.from(RECORD).fill(1, 0, 1), /magic is 01414230, 00414230 would be right/],
    ["a version to come", signAvbAb(Buffer.from(RECORD).fill(2, 4, 5)), /version is 2/],
    [
      "a priority past 15",
      craftAvbAb([16, 1, 0], [0, 0, 0]),
      /priority 16 at byte 8, 0 to 15 would be right/,
    ],
    ["tries past 7", craftAvbAb([1, 1, 0], [1, 255, 0]), /255 tries at byte 13, 0 to 7 would be right/],
    ["too few bytes", RECORD.subarray(0, 31), /it has 31 bytes/],
  ])("with %s is a typed error", (_, record, message) => {
    expect(() => decodeAvbAb(record, "misc")).toThrow(message);
  });
});

test("the format is told by its magic, and a guess is never made", () => {
  expect(formatOf(DEFAULT, "misc").scheme).toBe("android-misc");
  expect(formatOf(craftAvbAb([1, 1, 1], [1, 1, 1]), "misc").scheme).toBe("avb-ab");
  expect(() => formatOf(Buffer.alloc(32), "misc at byte 2048")).toThrow(
    /^misc at byte 2048: nothing but zeros;/,
  );
  expect(() => formatOf(Buffer.alloc(32, 0xff), "misc")).toThrow(/ffffffffffffffff; .* would be right/);
});

describe("the virtual A/B message", () => {
  const message = (text: string) => Buffer.concat([hex(text), Buffer.alloc(56)]);

  test("says what becomes of an update", () => {
    expect(decodeVirtualAb(message("02b00a7456020100"))).toEqual({ status: "snapshotted", source: 1 });
    expect(decodeVirtualAb(message("02b00a7456030000"))).toEqual({ status: "merging", source: 0 });
    expect(decodeVirtualAb(message("02b00a7456040000"))).toMatchObject({ status: "none" });
  });

  test("of another version or magic says nothing, as for Android", () => {
    for (const other of ["01b00a7456030000", "02b00a7455030000", "0000000000000000"]) {
      expect(decodeVirtualAb(message(other))).toEqual({ status: "none", source: null });
    }
    expect(decodeVirtualAb(Buffer.alloc(3))).toEqual({ status: "none", source: null });
  });
});

fuzz(
  "bootloader_control",
  [DEFAULT, craftControl([0x9f, 0x00, 0xff, 0x71])],
  (bytes) => {
    const { slots } = decodeBootloaderControl(bytes, "misc");
    withBootloaderSlots(bytes, slots);
  },
  { resign: signControl },
);
fuzz(
  "AvbABData",
  [craftAvbAb([15, 7, 0], [14, 0, 1]), craftAvbAb([0, 0, 0], [15, 7, 1])],
  (bytes) => {
    withAvbSlots(bytes, decodeAvbAb(bytes, "misc"));
  },
  { resign: signAvbAb },
);
fuzz("the virtual A/B message", [Buffer.concat([hex("02b00a7456020100"), Buffer.alloc(56)])], (bytes) => {
  decodeVirtualAb(bytes);
});
