import { describe, expect, test } from "vitest";
import { cpio, type Entry } from "../../../src/build/cpio.ts";

const file = (path: string, text: string): Entry => ({
  kind: "file",
  path,
  executable: false,
  contents: Buffer.from(text),
});

const archive = (...entries: Entry[]) => Buffer.concat([...cpio(entries)]);

/** Names in the order in which they stand in the archive. */
function namesOf(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const field = (index: number) =>
      Number.parseInt(bytes.toString("latin1", at + 6 + index * 8, at + 14 + index * 8), 16);
    const [size, nameSize] = [field(6), field(11)];
    names.push(bytes.toString("utf8", at + 110, at + 110 + nameSize - 1));
    at += ((110 + nameSize + 3) & ~3) + ((size + 3) & ~3);
  }
  return names;
}

describe("an archive for the kernel", () => {
  test("has a header of thirteen hexadecimal fields, the name and the data, each padded to four bytes", () => {
    const bytes = archive(file("a", "hello"));
    expect(bytes.subarray(0, 120).toString("latin1")).toBe(
      "070701" +
        "00000001" + // inode
        "000081a4" + // a plain file, rw-r--r--
        "00000000" + // root
        "00000000" +
        "00000001" +
        "00000000" + // 1970
        "00000005" +
        "00000000".repeat(4) +
        "00000002" +
        "00000000" +
        "a\0" +
        "hello\0\0\0",
    );
  });

  test("ends with the trailer", () => {
    expect(namesOf(archive(file("a", "")))).toEqual(["a", "TRAILER!!!"]);
  });

  test("has every parent before its children, whether it was named or not", () => {
    expect(namesOf(archive(file("usr/lib/x", "x"), file("init", "")))).toEqual([
      "init",
      "usr",
      "usr/lib",
      "usr/lib/x",
      "TRAILER!!!",
    ]);
  });

  test("is the same for the same entries in any order", () => {
    const [one, two] = [file("b/one", "1"), file("a/two", "2")];
    expect(archive(one, two)).toEqual(archive(two, one));
  });

  test("keeps the last of two entries with one path", () => {
    expect(archive(file("a", "first"), file("a", "last"))).toEqual(archive(file("a", "last")));
  });
});
