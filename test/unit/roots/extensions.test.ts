import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { extensionsIn, questionAbout } from "../../../src/roots/extensions.ts";

const FOLDER = "/var/lib/extensions";
const RELEASE = "usr/lib/extension-release.d";

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "holdfast-extensions-"));
  write("usr/lib/os-release", "ID=demo\nVERSION_ID=2.0\n");
  mkdirSync(join(tree, FOLDER), { recursive: true });
});
afterEach(() => rmSync(tree, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(tree, path, ".."), { recursive: true });
  writeFileSync(join(tree, path), text);
}

function list() {
  const question = questionAbout(
    { tree, state: null, binds: [] },
    { sysext: [], confext: [] },
    join(tree, "run"),
  );
  return extensionsIn("sysext", [FOLDER], question);
}

describe("extensions of a slot", () => {
  test("are known by any name that a folder can have, and match as every other", () => {
    const names = ["a:b,c\\d", "new\nline", "\x1b[31mred", "-rf", "ünï", "x".repeat(200), "...", "$(reboot)"];
    for (const name of names)
      write(join(FOLDER, name, RELEASE, `extension-release.${name}`), "ID=demo\nVERSION_ID=2.0\n");
    const found = new Map(list().map(({ name, matches, mismatch }) => [name, mismatch ?? matches]));
    // A name that begins with a dot is hidden, to systemd too.
    expect(found).toEqual(
      new Map(
        names
          .filter((name) => name !== "...")
          .map((name) => [name, true] as const)
          .sort(),
      ),
    );
  });

  test("that do not say what they are made for are left out, and why is said", () => {
    write(join(FOLDER, "mute/usr/bin/tool"), "");
    write(join(FOLDER, "other", RELEASE, "extension-release.former"), "ID=demo\nVERSION_ID=2.0\n");
    write(join(FOLDER, "false", RELEASE, "extension-release.false"), "ID=demo\nVERSION_ID=1.9\n");
    write(join(FOLDER, "whole/usr/lib/os-release"), "ID=demo\n");
    write(join(FOLDER, "text.raw"), "no file system");
    symlinkSync("/nowhere", join(tree, FOLDER, "lost"));
    expect(
      Object.fromEntries(list().map(({ name, mismatch, active }) => [name, active ? "active" : mismatch])),
    ).toEqual({
      mute: expect.stringMatching(/extension-release\.mute is missing/),
      other: expect.stringMatching(/extension-release\.other is missing/),
      false: "It is made for version 1.9, this system is version 2.0.",
      whole: expect.stringMatching(/brings an usr\/lib\/os-release of its own/),
      text: expect.stringMatching(/^It cannot be opened: /),
      lost: "It is a link to nothing.",
    });
  });

  test("are not looked for outside of the slot, wherever links in it lead", () => {
    const outside = mkdtempSync(join(tmpdir(), "holdfast-outside-"));
    mkdirSync(join(outside, "extensions/tools/usr"), { recursive: true });
    rmSync(join(tree, "var"), { recursive: true });
    symlinkSync(`../../../../../../..${outside}`, join(tree, "var"));
    mkdirSync(join(tree, "etc"));
    expect(list()).toEqual([]);
    rmSync(outside, { recursive: true });
  });
});
