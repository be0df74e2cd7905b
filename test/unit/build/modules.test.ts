import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { moduleContents, moduleLoadOrder, modulesDep } from "../../../src/build/modules.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modules-"));
  write(
    "modules.dep",
    [
      "kernel/fs/ext4.ko: kernel/fs/jbd2.ko kernel/lib/crc16.ko",
      "kernel/fs/jbd2.ko:",
      "kernel/lib/crc16.ko:",
      "kernel/arch/crc32c-intel.ko:",
      "kernel/crypto/crc32c_generic.ko:",
      "kernel/net/packed.ko.zst:",
      "kernel/net/zipped.ko.gz: kernel/net/packed.ko.zst",
    ].join("\n"),
  );
  write("modules.softdep", "# comment\nsoftdep ext4 pre: crypto-crc32c post: other\n");
  write(
    "modules.alias",
    "alias crypto-crc32c crc32c_intel\nalias crypto-crc32c crc32c_generic\nalias pci:v* e1000\n",
  );
  write("modules.builtin", "kernel/drivers/input/serio/i8042.ko\n");
  write("kernel/net/packed.ko.zst", zstdCompressSync(Buffer.from("packed module")));
  write("kernel/net/zipped.ko.gz", gzipSync(Buffer.from("zipped module")));
  write("kernel/fs/jbd2.ko", Buffer.from("plain module"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, contents: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), contents);
}

const namesFor = (...names: string[]) => moduleLoadOrder(folder, names).map((module) => module.name);

describe("the order of loading", () => {
  test("puts what a module needs before it, soft dependencies by their aliases included", () => {
    expect(namesFor("ext4")).toEqual(["crc32c_intel", "crc32c_generic", "crc16", "jbd2", "ext4"]);
  });

  test("names every module once", () => {
    expect(namesFor("jbd2", "ext4", "jbd2")).toEqual([
      "jbd2",
      "crc32c_intel",
      "crc32c_generic",
      "crc16",
      "ext4",
    ]);
  });

  test("leaves out what is built into the kernel", () => {
    expect(namesFor("i8042", "crc16")).toEqual(["crc16"]);
  });

  test("takes - for _, as modprobe does", () => {
    expect(namesFor("crc32c-intel")).toEqual(["crc32c_intel"]);
  });

  test("refuses a module that the kernel does not have, by name", () => {
    expect(() => namesFor("ext5")).toThrow(/has no module "ext5"/);
  });

  test("refuses a folder without modules.dep and says what belongs there", () => {
    expect(() => moduleLoadOrder(join(folder, "kernel"), ["ext4"])).toThrow(/modules\.dep is missing/);
  });
});

describe("modules in the archive", () => {
  test("are unpacked, whatever the distribution packed them with", () => {
    const contents = moduleLoadOrder(folder, ["zipped", "jbd2"]).map((module) =>
      moduleContents(module).toString(),
    );
    expect(contents).toEqual(["packed module", "zipped module", "plain module"]);
  });

  test("have a modules.dep that names them unpacked", () => {
    expect(modulesDep(moduleLoadOrder(folder, ["zipped"]))).toBe(
      "kernel/net/packed.ko:\nkernel/net/zipped.ko: kernel/net/packed.ko\n",
    );
  });
});
