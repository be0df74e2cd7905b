import { expect, test } from "vitest";
import {
  parseApkInstalled,
  parseDpkgStatus,
  parseManifest,
  parsePacmanDesc,
} from "../../../src/bytes/package-lists.ts";

test("dpkg's status names what is there, not what was removed", () => {
  const text = `Package: bash
Status: install ok installed
Architecture: amd64
Version: 5.2.15-2+b7
Description: a shell
 Version: 9 is only text

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: broken
Status: install ok installed
`;
  expect(parseDpkgStatus(text)).toEqual([{ name: "bash", version: "5.2.15-2+b7", architecture: "amd64" }]);
});

test("apk's installed database", () => {
  const text = "C:Q1x=\nP:musl\nV:1.2.5-r1\nA:x86_64\nF:lib\nR:libc.so\n\nP:busybox\nV:1.36.1-r29\n\n\n";
  expect(parseApkInstalled(text)).toEqual([
    { name: "musl", version: "1.2.5-r1", architecture: "x86_64" },
    { name: "busybox", version: "1.36.1-r29", architecture: null },
  ]);
});

test("pacman's desc", () => {
  const text = "%NAME%\nbash\n\n%VERSION%\n5.2.026-2\n\n%ARCH%\nx86_64\n";
  expect(parsePacmanDesc(text)).toEqual({ name: "bash", version: "5.2.026-2", architecture: "x86_64" });
  expect(parsePacmanDesc("%NAME%\n")).toBeNull();
});

test("mkosi's manifest", () => {
  const entry = { type: "deb", name: "bash", version: "5.2", architecture: "amd64" };
  const text = JSON.stringify({ manifest_version: 1, config: {}, packages: [entry] });
  expect(parseManifest(text, "image.manifest")).toMatchObject({ type: "deb", packages: [entry] });
});

test.each([
  ["no JSON", "packages: []", "image.manifest is no package manifest: it is not JSON"],
  ["no list", "{}", 'image.manifest is no package manifest: it has no list "packages"'],
  ["null", "null", 'image.manifest is no package manifest: it has no list "packages"'],
  [
    "an entry without version",
    '{"packages":[{"name":"a"}]}',
    'image.manifest, package 1 is no package manifest: it needs "name" and "version"',
  ],
])("a manifest with %s is refused with its name", (_what, text, message) => {
  expect(() => parseManifest(text, "image.manifest")).toThrow(message);
});
