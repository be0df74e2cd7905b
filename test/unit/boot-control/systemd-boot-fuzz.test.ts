import { bindingOf } from "../../../src/boot-control/root-binding.ts";
import { parseBootEntry, parseLoaderConf } from "../../../src/bytes/boot-entry.ts";
import { decodeEfiText, decodeEfiVariable } from "../../../src/bytes/efi-variable.ts";
import {
  badName,
  decrementedName,
  formatEntryName,
  goodName,
  parseEntryName,
  withTries,
} from "../../../src/bytes/entry-name.ts";
import { matchesGlob } from "../../../src/bytes/glob.ts";
import { bufferReader, readUki } from "../../../src/bytes/uki.ts";
import { compareVersions } from "../../../src/bytes/version-order.ts";
import { parseLabelPattern, readLabel } from "../../../src/bytes/versioned-label.ts";
import { craftPe, entryText } from "../../fixtures/esp.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const texts = (...seeds: string[]) => seeds.map((seed) => Buffer.from(seed));

fuzz("entry names", texts("os+3-0.conf", "a+b+02-01.efi", "os+10.conf", "os.efi"), (bytes) => {
  const file = bytes.toString("latin1");
  const name = parseEntryName(file);
  if (name === null) return;
  if (formatEntryName(name) !== file) throw new Error(`${file} came back as ${formatEntryName(name)}`);
  for (const make of [goodName, badName, decrementedName]) formatEntryName(make(name));
  formatEntryName(withTries(name, 3));
});

const ENTRY = entryText([
  "title A B",
  "version 1~2",
  "sort-key k",
  "initrd /i",
  "options root=PARTUUID=aa-01 ro",
]);
fuzz("type 1 entries and loader.conf", texts(ENTRY, "timeout 3\ndefault @saved\n# x\n"), (bytes) => {
  const text = bytes.toString("utf8");
  bindingOf(parseBootEntry(text).options);
  parseLoaderConf(text);
});

const HASH = "fc1a152181c96f078388d05fd3a0b9c2d51032a2064be390e0491f3c47dba191";
const IMAGE = craftPe({ ".osrel": "ID=d\nVERSION_ID=1\n", ".cmdline": `usrhash=${HASH}`, ".linux": "MZ" });
fuzz("unified kernel images", [IMAGE.subarray(0, 1024), IMAGE], (bytes) => {
  readUki(bufferReader(bytes, "x.efi"), "x.efi");
});

fuzz("EFI variables", [Buffer.from("070000006f0073002d0031000000", "hex")], (bytes) => {
  decodeEfiText(decodeEfiVariable(bytes, "v").data, "v");
});

fuzz(
  "patterns, versions and labels",
  texts("os-2[.+]*", "123~rc1-1", "PRT#d_1.2^3_usr", "*a*b?[a-z]"),
  (bytes) => {
    const text = bytes.toString("latin1");
    matchesGlob(text, "os-2+1-1.conf");
    matchesGlob("os*[.+]*", text);
    if (Math.sign(compareVersions(text, "1.2")) !== -Math.sign(compareVersions("1.2", text))) {
      throw new Error(`${text} has no place beside 1.2`);
    }
    readLabel(parseLabelPattern("d_@v_usr"), text);
    parseLabelPattern(text);
  },
);
