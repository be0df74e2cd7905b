import { describe, expect, test } from "vitest";
import {
  badName,
  decrementedName,
  type EntryName,
  entryId,
  formatEntryName,
  goodName,
  parseEntryName,
  withTries,
} from "../../../src/bytes/entry-name.ts";
import { Random } from "../../fixtures/random.ts";

const parsed = (file: string): EntryName => {
  const name = parseEntryName(file);
  if (name === null) throw new Error(`${file} is no entry`);
  return name;
};

describe("the name of an entry", () => {
  test.each([
    ["os.conf", "os.conf", null],
    ["os+3.conf", "os.conf", [3, null]],
    ["os+2-1.conf", "os.conf", [2, 1]],
    ["os+0-3.efi", "os.efi", [0, 3]],
    ["os+03-00.efi", "os.efi", [3, 0]],
    ["a+b.conf", "a+b.conf", null],
    ["a+b+2.conf", "a+b.conf", [2, null]],
    ["os+.conf", "os+.conf", null],
    ["os+3-.conf", "os+3-.conf", null],
    ["os+-1.conf", "os+-1.conf", null],
    ["os-2-1.conf", "os-2-1.conf", null],
    ["OS_1.2+2-1.CONF", "os_1.2.conf", [2, 1]],
    ["os+2147483647.conf", "os.conf", [2147483647, null]],
  ] as const)("%s is entry %s with the counter %j", (file, id, counter) => {
    const name = parsed(file);
    expect(entryId(name)).toBe(id);
    expect(name.counter === null ? null : [name.counter.left, name.counter.done]).toEqual(counter);
    expect(name.problem).toBeNull();
    expect(formatEntryName(name)).toBe(file);
  });

  test.each(["os+1+2.conf", "os+2147483648.conf", "os+1-99999999999999999999.conf", "+3.conf", "+2-1.efi"])(
    "%s has a state that nobody can tell, and keeps its name",
    (file) => {
      const name = parsed(file);
      expect(name.problem).toMatch(/counter/);
      expect(formatEntryName(name)).toBe(file);
    },
  );

  test.each([".hidden.conf", "auto-windows.conf", "AUTO-x.efi", "notes.txt", "conf", "os+3", ""])(
    "%j is no entry",
    (file) => {
      expect(parseEntryName(file)).toBeNull();
    },
  );
});

describe("counting down", () => {
  const series = (file: string, times: number) => {
    const names = [parsed(file)];
    for (let i = 0; i < times; i++) names.push(decrementedName(names.at(-1) as EntryName));
    return names.slice(1).map(formatEntryName);
  };

  test("gives the series that systemd-boot gives, and goes on counting what was done", () => {
    expect(series("os+3.efi", 4)).toEqual(["os+2-1.efi", "os+1-2.efi", "os+0-3.efi", "os+0-4.efi"]);
    expect(series("os+2-0.conf", 3)).toEqual(["os+1-1.conf", "os+0-2.conf", "os+0-3.conf"]);
  });

  test("keeps the digits, so that the name keeps its length, and a full number stays full", () => {
    expect(series("os+10-00.efi", 2)).toEqual(["os+09-01.efi", "os+08-02.efi"]);
    expect(series("os+3-9.efi", 1)).toEqual(["os+2-9.efi"]);
    expect(series("os+3-2147483647.efi", 1)).toEqual(["os+2-2147483647.efi"]);
  });

  test("leaves an entry without a counter alone", () => {
    expect(series("os.conf", 1)).toEqual(["os.conf"]);
  });
});

describe("marks", () => {
  test.each([
    ["os+2-1.conf", "os.conf", "os+0-1.conf"],
    ["os+3.conf", "os.conf", "os+0.conf"],
    ["os+03-00.efi", "os.efi", "os+00-00.efi"],
    ["os+0-3.efi", "os.efi", "os+0-3.efi"],
    ["os.conf", "os.conf", "os+0.conf"],
  ])("%s is %s when good and %s when bad", (file, good, bad) => {
    expect(formatEntryName(goodName(parsed(file)))).toBe(good);
    expect(formatEntryName(badName(parsed(file)))).toBe(bad);
  });

  test("a good entry that turns bad keeps the tries that the loader knows of", () => {
    expect(formatEntryName(badName(parsed("os.conf"), 2))).toBe("os+0-2.conf");
  });

  test.each([
    ["os.conf", 3, "os+3-0.conf"],
    ["os.conf", 15, "os+15-00.conf"],
    ["os+0-3.conf", 2, "os+2-0.conf"],
    ["os+00-12.conf", 7, "os+07-00.conf"],
    ["os+1.conf", 3, "os+3-0.conf"],
  ])("%s with %d fresh tries is %s", (file, tries, wanted) => {
    expect(formatEntryName(withTries(parsed(file), tries))).toBe(wanted);
  });
});

test("whatever a name is, taking it apart and putting it together gives the same name", () => {
  const random = new Random(7);
  const pieces = ["os", "+", "-", "0", "3", "12", ".", "a", "conf", ".conf", ".efi", "99999999999", "_", "é"];
  for (let round = 0; round < 20_000; round++) {
    const file = Array.from({ length: random.below(8) }, () => random.pick(pieces)).join("");
    const name = parseEntryName(file);
    if (name === null) continue;
    expect(formatEntryName(name)).toBe(file);
    for (const other of [goodName(name), badName(name), decrementedName(name), withTries(name, 3)]) {
      if (name.problem === null) expect(entryId(parsed(formatEntryName(other)))).toBe(entryId(name));
    }
  }
});
