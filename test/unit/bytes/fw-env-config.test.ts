import { expect, test } from "vitest";
import { parseFwEnvConfig } from "../../../src/bytes/fw-env-config.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const parse = (text: string) => parseFwEnvConfig(text, "fw_env.config");

test("two lines are two copies; comments and blank lines are none", () => {
  const text = `
# MTD device name  Device offset  Env. size  Flash sector size  Number of sectors
/dev/mtd1          0x0000         0x4000     0x4000             1   # first
\t/dev/mtd2\t0x0000\t0x4000\t0x4000
`;
  expect(parse(text)).toEqual([
    { device: "/dev/mtd1", offset: 0, size: 0x4000, sectorSize: 0x4000, sectors: 1 },
    { device: "/dev/mtd2", offset: 0, size: 0x4000, sectorSize: 0x4000, sectors: null },
  ]);
});

test.each<[string, number, number]>([
  ["/dev/mmcblk0 0x3F8000 0x8000", 0x3f8000, 0x8000],
  ["/dev/mmcblk0 4161536 8000", 4161536, 0x8000],
  ["/dev/mmcblk0 010 20", 8, 0x20],
  ["/dev/mmcblk0 -0x4000 0x4000", -0x4000, 0x4000],
  ["/boot/uboot.env 0 4000 0 0 1", 0, 0x4000],
])('"%s" is offset %i and size %i, as the tools scan it', (line, offset, size) => {
  expect(parse(line)).toMatchObject([{ offset, size }]);
});

test.each<[string, RegExp]>([
  ["", /^fw_env.config: 0 copies are named, 1 or 2 would be right$/],
  ["/a 0 20\n/b 0 20\n/c 0 20", /^fw_env.config: 3 copies/],
  ["/dev/sda 0x0", /^fw_env.config:1: found "\/dev\/sda 0x0", "device offset size /],
  ["/dev/sda here 0x4000", /:1: the offset is "here"/],
  ["/dev/sda 09 0x4000", /:1: the offset is "09"/],
  ["/dev/sda 0 big", /:1: found "big", a hexadecimal number/],
  ["/dev/sda 0 0", /:1: the size is 0 bytes/],
  ["/dev/sda 0 0xffffffff", /:1: the size is 4294967295 bytes/],
  ["# x\n/dev/sda 0 20 1 1 1 1", /:2: found/],
  ["uboot:\n  size: 0x4000", /:1: the YAML form of libubootenv is not supported yet/],
  ["/a 0 0x4000\n/b 0 0x8000", /16384 and 32768 bytes, the same would be right/],
  ["/a 0 0x4000\n/a 0x2000 0x4000", /overlap on \/a/],
  ["/a 0 0x4000\n/a 0 0x4000", /overlap on \/a/],
])("%j is refused with the place", (text, message) => {
  expect(() => parse(text)).toThrow(message);
});

fuzz(
  "fw_env.config",
  ["# c\n/dev/a 0x10 0x4000 0x10 1\n/dev/b -0x10 4000\n", "/a 0 20\n"].map((text) => Buffer.from(text)),
  (bytes) => void parse(bytes.toString("latin1")),
);
