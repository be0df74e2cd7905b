import { expect, it } from "vitest";
import { parseOsRelease } from "../../../src/bytes/os-release.ts";

it("reads bare and quoted values, leaves comments and other lines out", () => {
  const text = [
    "# made by hand",
    "NAME=Alpine",
    'PRETTY_NAME="Fedora \\"Linux\\" 40 \\$"',
    "VERSION_ID='3.20'",
    "not an assignment",
    "EMPTY=",
    "NAME=Later",
  ].join("\n");
  expect(Object.fromEntries(parseOsRelease(text))).toEqual({
    NAME: "Later",
    PRETTY_NAME: 'Fedora "Linux" 40 $',
    VERSION_ID: "3.20",
    EMPTY: "",
  });
});
