import { describe, expect, test } from "vitest";
import { mismatchOf, systemdArchitecture } from "../../../src/domain/extensions-match.ts";
import { extensionFolders, extensionName, placeBeforeStart } from "../../../src/domain/extensions-places.ts";

const values = (record: Record<string, string>) => new Map(Object.entries(record));
const DEMO = { ID: "demo", VERSION_ID: "2.0" };
const host = (release: Record<string, string>) => ({ release: values(release), architecture: "x86-64" });

describe("an extension", () => {
  test.each([
    ["for any system", { ID: "_any" }, DEMO],
    ["of the same version", DEMO, DEMO],
    ["for any architecture", { ...DEMO, ARCHITECTURE: "_any" }, DEMO],
    ["for this architecture", { ...DEMO, ARCHITECTURE: "x86-64" }, DEMO],
    [
      "of the same level, whatever the versions",
      { ID: "demo", SYSEXT_LEVEL: "1", VERSION_ID: "9" },
      { ...DEMO, SYSEXT_LEVEL: "1" },
    ],
    ["for the initrd and the system", { ...DEMO, SYSEXT_SCOPE: "initrd system" }, DEMO],
    ["of a rolling system", { ID: "demo" }, { ID: "demo" }],
  ])("%s matches", (_what, release, system) => {
    expect(mismatchOf("sysext", values(release), host(system))).toBeNull();
  });

  test.each([
    ["another ID", { ID: "other", VERSION_ID: "2.0" }, DEMO, "It is made for other, this system is demo."],
    [
      "another version",
      { ID: "demo", VERSION_ID: "3" },
      DEMO,
      "It is made for version 3, this system is version 2.0.",
    ],
    ["no version", { ID: "demo" }, DEMO, "It does not say which version of the system it is made for."],
    ["no ID", { VERSION_ID: "2.0" }, DEMO, /no ID in its extension-release/],
    [
      "another level",
      { ...DEMO, SYSEXT_LEVEL: "2" },
      { ...DEMO, SYSEXT_LEVEL: "1" },
      /level 2, this system has level 1/,
    ],
    [
      "another architecture",
      { ID: "_any", ARCHITECTURE: "arm64" },
      DEMO,
      "It is made for arm64, this device is x86-64.",
    ],
    [
      "another scope",
      { ID: "_any", SYSEXT_SCOPE: "portable" },
      DEMO,
      'It is made for "portable", not for a running system.',
    ],
    ["a level that only it has", { ID: "demo", SYSEXT_LEVEL: "1" }, DEMO, /does not say which version/],
  ])("with %s does not match, and says why", (_what, release, system, why) => {
    expect(mismatchOf("sysext", values(release), host(system))).toEqual(
      why instanceof RegExp ? expect.stringMatching(why) : why,
    );
  });

  test("of the configuration has levels and scopes of its own", () => {
    const release = values({ ID: "demo", CONFEXT_LEVEL: "1", SYSEXT_LEVEL: "7", VERSION_ID: "9" });
    expect(mismatchOf("confext", release, host({ ...DEMO, CONFEXT_LEVEL: "1" }))).toBeNull();
  });
});

test("architectures have systemd's names", () => {
  expect(["x64", "arm64", "mips"].map(systemdArchitecture)).toEqual(["x86-64", "arm64", "mips"]);
});

test("a file is an extension by its suffix, a folder by its name", () => {
  expect(extensionName("tools.raw", true)).toBe("tools");
  expect(extensionName("tools", false)).toBe("tools");
  for (const name of ["tools.txt", ".raw", ".hidden.raw"]) expect(extensionName(name, true)).toBeNull();
});

test("the folders are those of the system's own systemd", () => {
  expect(extensionFolders("sysext", 252)).toContain("/usr/lib/extensions");
  expect(extensionFolders("sysext", 257)).toEqual([
    "/etc/extensions",
    "/run/extensions",
    "/var/lib/extensions",
  ]);
  expect(extensionFolders("confext", 252)).toEqual([]);
  expect(extensionFolders("confext", 257)[0]).toBe("/run/confexts");
});

test("before the start a bound folder lies on the state partition, the nearest bind first", () => {
  const binds = [
    { source: "var", target: "/var" },
    { source: "encrypted/var-lib", target: "/var/lib" },
  ];
  expect(placeBeforeStart("/var/lib/extensions", binds)).toEqual({
    tree: "state",
    path: "/encrypted/var-lib/extensions",
  });
  expect(placeBeforeStart("/var/cache", binds)).toEqual({ tree: "state", path: "/var/cache" });
  expect(placeBeforeStart("/etc/extensions", binds)).toEqual({ tree: "slot", path: "/etc/extensions" });
  expect(placeBeforeStart("/run/extensions", binds)).toEqual({ tree: "self", path: "/run/extensions" });
  expect(placeBeforeStart("/state/.holdfast/extensions/a.raw", binds)).toEqual({
    tree: "state",
    path: "/.holdfast/extensions/a.raw",
  });
});
