import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EfiVariables, LOADER_VENDOR } from "../../../src/linux/efivars.ts";
import { type FakeEsp, fakeEsp } from "../../fixtures/esp.ts";

/*
 * On a plain folder that stands in for efivarfs. What only a real one does (volatile variables that refuse
 * a write by themselves, the immutable flag, read-only mounts) is tested in test/vm/efi.test.ts.
 */

let esp: FakeEsp;
beforeEach(() => {
  esp = fakeEsp(null);
});
afterEach(() => esp.clear());
const file = (name: string) => join(esp.efivars, `${name}-${LOADER_VENDOR}`);

test("a variable is its attributes and its value in one file, and reads back", () => {
  const variable = { attributes: 7, data: Buffer.from("6f0073000000", "hex") };
  esp.variables.write("LoaderEntryDefault", variable);
  expect(readFileSync(file("LoaderEntryDefault")).toString("hex")).toBe("070000006f0073000000");
  expect(esp.variables.read("LoaderEntryDefault")).toEqual(variable);
});

test("a shorter value leaves nothing of a longer one behind", () => {
  esp.set("LoaderEntryDefault", "a-very-long-name.conf");
  esp.variables.write("LoaderEntryDefault", { attributes: 7, data: Buffer.from("6100", "hex") });
  expect(readFileSync(file("LoaderEntryDefault")).toString("hex")).toBe("070000006100");
});

test("deleting takes the file away, and deleting nothing is no error", () => {
  esp.set("LoaderEntryOneShot", "a");
  esp.variables.remove("LoaderEntryOneShot");
  esp.variables.remove("LoaderEntryOneShot");
  expect(readdirSync(esp.efivars)).toEqual([]);
});

test("a missing variable reads null, with and without efivarfs", () => {
  expect(esp.variables.read("LoaderInfo")).toBeNull();
  expect(new EfiVariables(join(esp.root, "nowhere")).read("LoaderInfo")).toBeNull();
  expect(new EfiVariables(join(esp.root, "nowhere")).available).toBe(false);
});

test("a file without attributes is refused, and not written over", () => {
  writeFileSync(file("LoaderEntryDefault"), "abc");
  const name = /LoaderEntryDefault-.* has 3 bytes, an EFI variable begins with 4 bytes of attributes/;
  expect(() => esp.variables.read("LoaderEntryDefault")).toThrow(name);
  const write = () => esp.variables.write("LoaderEntryDefault", { attributes: 7, data: Buffer.from("aa") });
  expect(write).toThrow(name);
  expect(readFileSync(file("LoaderEntryDefault"), "utf8")).toBe("abc");
});

test("a volatile variable is refused before anything is tried", () => {
  esp.set("LoaderEntryDefault", "os.conf", 6);
  const before = readFileSync(file("LoaderEntryDefault"));
  const refused = { kind: "refused", message: expect.stringMatching(/is volatile: only the firmware/) };
  expect(() => esp.variables.write("LoaderEntryDefault", { attributes: 7, data: Buffer.alloc(2) })).toThrow(
    expect.objectContaining(refused),
  );
  expect(() => esp.variables.remove("LoaderEntryDefault")).toThrow(expect.objectContaining(refused));
  expect(readFileSync(file("LoaderEntryDefault")).equals(before)).toBe(true);
});

test("without efivarfs a write says so", () => {
  const variables = new EfiVariables(join(esp.root, "nowhere"));
  expect(() => variables.write("LoaderEntryDefault", { attributes: 7, data: Buffer.alloc(2) })).toThrow(
    expect.objectContaining({
      kind: "noDevice",
      message: expect.stringMatching(/efivarfs is not mounted/),
    }),
  );
});

test("a variable that cannot be read is a typed error", () => {
  mkdirSync(file("LoaderInfo"));
  expect(() => esp.variables.read("LoaderInfo")).toThrow(
    expect.objectContaining({ kind: "badStore", message: expect.stringMatching(/cannot be read: EISDIR/) }),
  );
  rmSync(file("LoaderInfo"), { recursive: true });
});
