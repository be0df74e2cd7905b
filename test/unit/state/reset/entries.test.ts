import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eraseSetAside, layoutOf, removeEntries, setAside } from "../../../../src/state/reset/entries.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "holdfast-entries-"));
  for (const name of [
    "home/me/diary",
    "var/lib/app/data",
    "var-a/b",
    "var/a-b",
    "etc/hostname",
    "etc-file/x",
    "encrypted/var/log/syslog",
    "encrypted/home/me/photo",
    ".holdfast/layers/k/usr/x",
    ".holdfast/slots.json",
  ]) {
    mkdirSync(dirname(join(state, name)), { recursive: true });
    writeFileSync(join(state, name), name);
  }
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const names = (folder = "") => readdirSync(join(state, folder)).sort();

describe("a reset of the settings", () => {
  it("empties the directories of settings and leaves them, as the system needs them where they are", () => {
    chmodSync(join(state, "var"), 0o750);
    removeEntries(state, "settings");
    expect(names("var")).toEqual([]);
    expect(names("etc")).toEqual([]);
    expect(names("encrypted/var")).toEqual([]);
    expect(statSync(join(state, "var")).mode & 0o777).toBe(0o750);
    expect(names("home/me")).toEqual(["diary"]);
    expect(names("encrypted/home/me")).toEqual(["photo"]);
    expect(names(".holdfast")).toEqual(["slots.json"]);
  });

  it("sets aside what names alone could confuse, and erases it later", async () => {
    setAside(state, "settings", "one");
    expect(names("var")).toEqual([]);
    const aside = join(".holdfast/set-aside/one");
    expect(names(join(aside, "var"))).toEqual(["a-b", "lib"]);
    expect(names(join(aside, "var-a"))).toEqual(["b"]);
    expect(names(join("encrypted", aside, "var"))).toEqual(["log"]);
    expect(await eraseSetAside(state)).toBe(true);
    expect(existsSync(join(state, ".holdfast/set-aside"))).toBe(false);
    expect(await eraseSetAside(state)).toBe(false);
    expect(names("home/me")).toEqual(["diary"]);
  });
});

describe("a reset of user data that sets aside", () => {
  it("takes everything besides ours, again after it was cut short", () => {
    setAside(state, "data", "one");
    setAside(state, "data", "one");
    expect(names()).toEqual([".holdfast"]);
    expect(names(".holdfast/set-aside/one/home")).toEqual(["me"]);
    expect(names(".holdfast")).toEqual(["set-aside", "slots.json"]);
  });
});

it("the layout is the directories that are bound into the system, by their names", () => {
  writeFileSync(join(state, "file"), "");
  mkdirSync(join(state, "lost+found"));
  expect(layoutOf(state)).toEqual(["etc", "etc-file", "home", "var", "var-a"]);
});
