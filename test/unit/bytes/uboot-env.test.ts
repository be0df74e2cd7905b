import { expect, test } from "vitest";
import { decodeEnv, editEnv, encodeEnv, envVariables, newerEnv } from "../../../src/bytes/uboot-env.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import { craftEnv, signEnv } from "../../fixtures/uboot-env.ts";

const SIZE = 512;
const TEXT = ["zeta=1", "bootcmd=a=b; c", "nothing", "=odd", "alpha="];
const decoded = (text: readonly string[], padding = 0) =>
  decodeEnv(craftEnv(text, { flags: 1, padding }), "redundant", "env");

/** `printf 'a=1\nb=x y\n' | mkenvimage -s 32 -` of u-boot-tools 2023.01, without and with -r. */
const MADE = {
  single: "1ec71c97613d3100623d7820790000ffffffffffffffffffffffffffffffffff",
  redundant: "d2e674c101613d3100623d7820790000ffffffffffffffffffffffffffffffff",
};

test.each([0x00, 0xff])("bytes with padding %i come out as they went in", (padding) => {
  for (const flags of [undefined, 0, 255]) {
    const options = flags === undefined ? { padding } : { padding, flags };
    for (const text of [TEXT, [], ["a=b"]]) {
      const bytes = craftEnv(text, options);
      const env = decodeEnv(bytes, flags === undefined ? "single" : "redundant", "env");
      expect(env.strings).toEqual(text);
      expect(encodeEnv(env, SIZE, "env").equals(bytes)).toBe(true);
    }
  }
});

test("padding that is no filler is kept as far as it reaches, and grows with its first byte", () => {
  const bytes = craftEnv(["a=1"], { flags: 7 });
  bytes.write("rest of an older environment", 5 + 5, "latin1");
  const env = decodeEnv(signEnv(bytes, 5), "redundant", "env");
  const longer = encodeEnv(editEnv(env, new Map([["a", "12345"]])), SIZE, "env");
  expect(longer.toString("latin1", 5, 5 + 9 + 24)).toBe(
    "a=12345\0\0 of an older environment".slice(0, 9 + 24),
  );
  const shorter = encodeEnv(editEnv(env, new Map([["a", null]])), SIZE, "env");
  expect(shorter.toString("latin1", 5, 5 + 1 + 4 + 28)).toBe("\0rrrrrest of an older environment");
});

test("edits change variables in place, append new ones, remove others, and leave the rest alone", () => {
  const edits = new Map([
    ["zeta", "2"],
    ["alpha", null],
    ["unknown", null],
    ["new", "x y"],
  ]);
  expect(editEnv(decoded(TEXT), edits).strings).toEqual([
    "zeta=2",
    "bootcmd=a=b; c",
    "nothing",
    "=odd",
    "new=x y",
  ]);
});

test("of twins the last counts, and an edit leaves one of them", () => {
  const env = decoded(["a=1", "b=2", "a=3"]);
  expect(envVariables(env).get("a")).toBe("3");
  expect(editEnv(env, new Map([["a", "4"]])).strings).toEqual(["b=2", "a=4"]);
  expect(editEnv(env, new Map([["a", null]])).strings).toEqual(["b=2"]);
});

test("bytes outside of ASCII survive", () => {
  const text = ["name=\xfc\x80\xff"];
  expect(decoded(text).strings).toEqual(text);
});

test.each<[string, Buffer, RegExp]>([
  ["a wrong checksum", craftEnv(TEXT, { flags: 1 }).fill(1, 100, 101), /^env: the checksum .* is wrong$/],
  ["no end", signEnv(Buffer.alloc(64, "a"), 5), /^env: .* has no end, two NULs would be right$/],
  ["one NUL at the very end", signEnv(Buffer.from(`${"a".repeat(63)}\0`), 5), /has no end/],
  ["five bytes", Buffer.alloc(5), /checksum/],
  ["no bytes", Buffer.alloc(0), /checksum/],
])("%s is a typed error that names where", (_, bytes, message) => {
  expect(() => decodeEnv(bytes, "redundant", "env")).toThrow(message);
});

test("what does not fit is refused with the numbers", () => {
  const env = editEnv(decoded(TEXT), new Map([["long", "x".repeat(SIZE)]]));
  expect(() => encodeEnv(env, SIZE, "env")).toThrow(
    /would need \d+ bytes, there is room for 512; nothing was/,
  );
  const full = editEnv(decoded([]), new Map([["a", "x".repeat(SIZE - 5 - 4)]]));
  expect(encodeEnv(full, SIZE, "env")).toHaveLength(SIZE);
});

test.each<[number, number, "incremental" | "boolean", 0 | 1]>([
  [1, 2, "incremental", 1],
  [2, 1, "incremental", 0],
  [5, 5, "incremental", 0],
  [255, 0, "incremental", 1],
  [0, 255, "incremental", 0],
  [254, 255, "incremental", 1],
  [1, 0, "boolean", 0],
  [0, 1, "boolean", 1],
  [1, 1, "boolean", 0],
  [0, 0, "boolean", 0],
  [255, 1, "boolean", 1],
])("of the flags %i and %i, %s, copy %i is newer", (first, second, rule, newer) => {
  expect(newerEnv(first, second, rule)).toBe(newer);
});

test.each(["single", "redundant"] as const)("a %s environment made by mkenvimage is read", (layout) => {
  const bytes = Buffer.from(MADE[layout], "hex");
  const env = decodeEnv(bytes, layout, "made");
  expect(Object.fromEntries(envVariables(env))).toEqual({ a: "1", b: "x y" });
  expect(encodeEnv(env, bytes.length, "made").equals(bytes)).toBe(true);
});

for (const layout of ["single", "redundant"] as const) {
  const flags = layout === "single" ? {} : { flags: 1 };
  fuzz(
    `a ${layout} U-Boot environment`,
    [["a=1", "b=2"], [], ["=", "x", "ab=\xff"]].map((text) => craftEnv(text, { size: 64, ...flags })),
    (bytes) => {
      const env = decodeEnv(bytes, layout, "env");
      if (!encodeEnv(env, bytes.length, "env").equals(bytes)) throw new Error("other bytes came out");
      envVariables(env);
      encodeEnv(editEnv(env, new Map([["a", "bcd"]])), bytes.length, "env");
    },
    { resign: (bytes) => signEnv(bytes, layout === "single" ? 4 : 5) },
  );
}
