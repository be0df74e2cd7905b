import { expect, test } from "vitest";
import { notices, packagesOf } from "../../../src/build/notices.ts";

test("packages are found by the files that went into the bundle, each once", () => {
  expect(
    packagesOf([
      "src/main.ts",
      "node_modules/zod/v4/mini/index.js",
      "node_modules/zod/v4/core/core.js",
      "node_modules/@napi-rs/canvas/index.js",
      "node_modules/a/node_modules/b/index.js",
    ]),
  ).toEqual(["@napi-rs/canvas", "a", "zod"]);
});

test("the notices have the licences of Node, libffi, Skia, Inter and every package", () => {
  const text = notices(["node_modules/zod/v4/mini/index.js", "node_modules/react/index.js"]);
  for (const part of [
    "Node.js",
    "libffi",
    "Skia",
    "@napi-rs/canvas",
    "Inter, Noto Sans Arabic",
    "zod",
    "react",
    "yoga-layout",
    "Holdfast",
  ]) {
    expect(text).toMatch(new RegExp(`={80}\n${part}`));
  }
  expect(text).toContain("SIL OPEN FONT LICENSE");
});

test("a package without a licence stops the build and says where the text belongs", () => {
  expect(() => notices(["node_modules/.bin/index.js"])).toThrow(/carries no licence file/);
});
