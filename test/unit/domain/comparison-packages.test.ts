import { expect, test } from "vitest";
import { comparePackages } from "../../../src/domain/comparison-packages.ts";

const order = (a: string, b: string) => Math.sign(Number.parseFloat(a) - Number.parseFloat(b));
const has = (name: string, version: string, architecture: string | null = null) => {
  return { name, version, architecture };
};

test("each package is added, removed, upgraded, downgraded or unchanged", () => {
  const left = [
    has("same", "1"),
    has("old", "1"),
    has("new", "2"),
    has("gone", "3"),
    has("respelled", "1.0"),
  ];
  const right = [
    has("same", "1"),
    has("old", "2"),
    has("new", "1"),
    has("come", "4"),
    has("respelled", "1.00"),
  ];
  expect(comparePackages("dpkg", left, right, order)).toEqual({
    source: "dpkg",
    added: [{ name: "come", version: "4" }],
    removed: [{ name: "gone", version: "3" }],
    upgraded: [{ name: "old", left: "1", right: "2" }],
    downgraded: [{ name: "new", left: "2", right: "1" }],
    unchanged: 2,
  });
});

test("kernels that lie side by side are compared version by version", () => {
  const left = [has("kernel", "5"), has("kernel", "6")];
  const right = [has("kernel", "6"), has("kernel", "7"), has("kernel", "8")];
  expect(comparePackages("rpm", left, right, order)).toMatchObject({
    added: [{ name: "kernel", version: "7" }],
    upgraded: [{ name: "kernel", left: "5", right: "8" }],
    unchanged: 1,
  });
});

test("one package in two architectures is two", () => {
  const left = [has("libc6", "1", "amd64"), has("libc6", "1", "i386")];
  const right = [has("libc6", "2", "amd64")];
  expect(comparePackages("dpkg", left, right, order)).toMatchObject({
    removed: [{ name: "libc6:i386", version: "1" }],
    upgraded: [{ name: "libc6:amd64", left: "1", right: "2" }],
  });
});
