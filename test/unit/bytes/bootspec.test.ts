import { expect, test } from "vitest";
import { parseBootspec } from "../../../src/bytes/bootspec.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const SPEC = {
  label: "NixOS",
  toplevel: "/a",
  init: "/a/init",
  kernel: "/a/kernel",
  kernelParams: ["quiet"],
};

test.each(["org.nixos.bootspec.v1", "v1"])("a bootspec is read under the name %s", (name) => {
  const text = JSON.stringify({ [name]: SPEC, "org.example.v1": { more: true } });
  expect(parseBootspec(text, "boot.json")).toEqual(SPEC);
});

test.each([
  ["no JSON", "{", "it is no JSON"],
  ["no object", "[1]", "there is no org.nixos.bootspec.v1"],
  ["without parameters", JSON.stringify({ v1: { ...SPEC, kernelParams: "quiet" } }), "kernelParams: "],
])("a boot.json that is %s is refused", (_what, text, message) => {
  expect(() => parseBootspec(text, "/boot.json")).toThrow(`/boot.json: ${message}`);
});

fuzz("a bootspec", [Buffer.from(JSON.stringify({ v1: SPEC }))], (bytes) =>
  parseBootspec(bytes.toString("utf8"), "boot.json"),
);
