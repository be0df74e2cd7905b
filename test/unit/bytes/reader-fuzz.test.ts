import { crc32 } from "node:zlib";
import { androidOf, writeAndroid } from "../../../src/bytes/android-attributes.ts";
import { tenantOf } from "../../../src/bytes/android-misc.ts";
import { compareApk } from "../../../src/bytes/apk-order.ts";
import { readAttributes, writeAttributes } from "../../../src/bytes/chromeos-attributes.ts";
import { decodeDmAnswer, encodeDmRequest } from "../../../src/bytes/dm-ioctl.ts";
import { compareDpkg } from "../../../src/bytes/dpkg-order.ts";
import { FIX_INFO_SIZE, parseFixInfo, parseVarInfo, VAR_INFO_SIZE } from "../../../src/bytes/fb-info.ts";
import { isFat, sniffFileSystem } from "../../../src/bytes/filesystem-magic.ts";
import { decodeCopy, difference, type GptCopy, withArray } from "../../../src/bytes/gpt.ts";
import { decodeHeader, type GptRole } from "../../../src/bytes/gpt-header.ts";
import { readImageSuperblock } from "../../../src/bytes/image-superblock.ts";
import {
  AXIS_INFO_SIZE,
  parseAxisInfo,
  parseCapabilityMask,
  parseInputEvents,
  setBits,
} from "../../../src/bytes/input-event.ts";
import { knownContent } from "../../../src/bytes/known-content.ts";
import { LUKS_PROBE_SIZE, luksHeaderSpan } from "../../../src/bytes/luks-header.ts";
import { parseMountInfo } from "../../../src/bytes/mountinfo.ts";
import { parseOsRelease } from "../../../src/bytes/os-release.ts";
import {
  parseApkInstalled,
  parseDpkgStatus,
  parseManifest,
  parsePacmanDesc,
} from "../../../src/bytes/package-lists.ts";
import { imageType } from "../../../src/bytes/partition-types.ts";
import { decodeResetCopy, encodeResetCopy } from "../../../src/bytes/reset-record.ts";
import { readRpmHeader } from "../../../src/bytes/rpm-header.ts";
import { comparePacman, compareRpm } from "../../../src/bytes/rpm-order.ts";
import { parseLabelPattern, readLabel } from "../../../src/bytes/versioned-label.ts";
import { parseCommandLine } from "../../../src/domain/command-line.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import { craftDisk, resign } from "../../fixtures/gpt.ts";

const texts = (...seeds: string[]) => seeds.map((seed) => Buffer.from(seed));
/** What the kernel fills always has its whole length. */
const whole = (bytes: Buffer, size: number) => Buffer.concat([bytes, Buffer.alloc(size)]).subarray(0, size);

const SECTORS = 16;
const GEOMETRY = { name: "disk.img", sectorSize: 512, sectors: SECTORS };
const ROLES = ["primary", "backup"] as const;

function copyOf(disk: Buffer, role: GptRole): GptCopy {
  const lba = role === "primary" ? 1 : SECTORS - 1;
  const header = decodeHeader(disk.subarray(lba * 512, (lba + 1) * 512), role, GEOMETRY);
  const length = Math.ceil((header.count * 128) / 512) * 512;
  return decodeCopy(header, disk.subarray(header.arrayLba * 512, header.arrayLba * 512 + length), GEOMETRY);
}

fuzz(
  "partition tables with the attributes of both schemes",
  [craftDisk({ sectors: SECTORS, count: 4, entries: [{ number: 1, name: "KERN-A", word: 0x0132 }] })],
  (bytes) => {
    const [primary, backup] = ROLES.map((role) => copyOf(whole(bytes, SECTORS * 512), role));
    if (primary === undefined || backup === undefined) return;
    difference(primary, backup);
    const array = Buffer.from(primary.array);
    for (const entry of primary.entries) {
      imageType(entry.type);
      writeAttributes(array, entry.number, readAttributes(array, entry.number));
      writeAndroid(array, entry.number, androidOf(entry));
    }
    if (!withArray(primary, array, GEOMETRY).array.equals(primary.array))
      throw new Error("the array changed");
  },
  {
    resign(bytes) {
      const disk = whole(bytes, SECTORS * 512);
      for (const role of ROLES) resign(disk, role);
      return disk;
    },
  },
);

fuzz("the tenant of misc", texts("\0AB0\x01", "BCAB"), (bytes) => tenantOf(whole(bytes, 32)));

fuzz(
  "copies of the record of a reset",
  [encodeResetCopy({ sequence: 7, payload: Buffer.from('{"version":1}') }).subarray(0, 64)],
  (bytes) => decodeResetCopy(whole(bytes, 32 * 1024), "byte 0"),
  {
    resign(bytes) {
      const copy = whole(bytes, 32 * 1024);
      const length = Math.min(copy.readUInt32LE(16), copy.length - 24);
      const summed = Buffer.concat([copy.subarray(8, 20), copy.subarray(24, 24 + length)]);
      copy.writeUInt32LE(crc32(summed), 20);
      return copy;
    },
  },
);

/** A header with the three tags that have to be there: name, version and release. */
function rpmHeader(): Buffer {
  const values = ["bash", "5.2", "3"];
  const data = Buffer.from(values.map((value) => `${value}\0`).join(""));
  const bytes = Buffer.alloc(8 + values.length * 16);
  bytes.writeUInt32BE(values.length, 0);
  bytes.writeUInt32BE(data.length, 4);
  values.forEach((_, index) => {
    const offset = values.slice(0, index).join("\0").length + Math.min(index, 1);
    for (const [at, value] of [1000 + index, 6, offset, 1].entries()) {
      bytes.writeUInt32BE(value, 8 + index * 16 + at * 4);
    }
  });
  return Buffer.concat([bytes, data]);
}

fuzz("headers of rpm packages", [rpmHeader()], (bytes) => readRpmHeader(bytes));

fuzz(
  "lists of packages",
  texts(
    "Package: bash\nStatus: install ok installed\nVersion: 5.2-1\n\nPackage: x",
    "P:musl\nV:1.2-r0\nA:x86_64\n\n",
    "%NAME%\nbash\n\n%VERSION%\n5.2\n",
    '{"packages":[{"type":"deb","name":"bash","version":"5"}]}',
  ),
  (bytes) => {
    const text = bytes.toString("utf8");
    parseDpkgStatus(text);
    parseApkInstalled(text);
    parsePacmanDesc(text);
    parseManifest(text, "manifest");
  },
);

fuzz("versions of packages", texts("1:2.0~rc1-3", "1.2.3_pre4-r5", "5.2^git1-3.fc41"), (bytes) => {
  const text = bytes.toString("latin1");
  for (const compare of [compareDpkg, compareApk, compareRpm, comparePacman]) {
    if (compare(text, text) !== 0) throw new Error(`${text} is not itself`);
    if (Math.sign(compare(text, "1.2")) !== -Math.sign(compare("1.2", text))) {
      throw new Error(`${text} has no place beside 1.2`);
    }
  }
});

fuzz(
  "first bytes of partitions",
  [
    Buffer.concat([
      Buffer.from("hsqs"),
      Buffer.alloc(1020),
      Buffer.from("e2e1f5e0", "hex"),
      Buffer.alloc(128),
    ]),
  ],
  (bytes) => {
    knownContent(bytes);
    isFat(bytes);
    const fstype = sniffFileSystem(bytes);
    if (fstype !== null) readImageSuperblock(fstype, bytes);
  },
);

const luks = Buffer.concat([
  Buffer.from("4c554b53babe0002", "hex"),
  Buffer.alloc(8),
  Buffer.from("0000000000004000", "hex"),
]);
fuzz("headers of LUKS volumes", [luks], (bytes) => {
  luksHeaderSpan(whole(bytes, LUKS_PROBE_SIZE));
});

fuzz(
  "texts of the kernel and of systems",
  texts(
    "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n",
    'NAME="Debian"\nVERSION_ID=\'12\'\nX=\\"\n',
    'root=PARTUUID=1 quiet "a b" x="y z" -- init',
    "1000000000000 fff 0",
    "duranium_@v_usr",
  ),
  (bytes) => {
    const text = bytes.toString("utf8");
    parseMountInfo(text);
    parseOsRelease(text);
    parseCommandLine(text);
    parseCapabilityMask(text);
    readLabel(parseLabelPattern(text), "duranium_1_usr");
  },
);

fuzz("what the kernel says of screens and input devices", [Buffer.alloc(VAR_INFO_SIZE, 0x20)], (bytes) => {
  parseVarInfo(whole(bytes, VAR_INFO_SIZE));
  parseFixInfo(whole(bytes, FIX_INFO_SIZE));
  parseAxisInfo(whole(bytes, AXIS_INFO_SIZE));
  parseInputEvents(bytes);
  setBits(bytes);
});

const answer = encodeDmRequest({
  name: "root",
  targets: [{ start: 0, length: 8, type: "verity", text: "V" }],
}).subarray(0, 400);
fuzz("answers of device-mapper", [answer], (bytes) => decodeDmAnswer(whole(bytes, 1024)));
