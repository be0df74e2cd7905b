import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { resolveInside } from "../../../src/roots/resolve.ts";

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "holdfast-tree-"));
  mkdirSync(join(tree, "usr/lib/systemd"), { recursive: true });
  writeFileSync(join(tree, "usr/lib/systemd/systemd"), "");
  symlinkSync("usr/lib", join(tree, "lib"));
  symlinkSync("usr/sbin", join(tree, "sbin"));
  mkdirSync(join(tree, "usr/sbin"));
  symlinkSync("/lib/systemd/systemd", join(tree, "usr/sbin/init"));
  symlinkSync("../../../../../etc/passwd", join(tree, "usr/escape"));
  symlinkSync("loop", join(tree, "loop"));
});
afterEach(() => rmSync(tree, { recursive: true }));

it("follows links as the tree's own root would", () => {
  expect(resolveInside(tree, "/sbin/init")).toBe(join(tree, "usr/lib/systemd/systemd"));
});

it("never leaves the tree", () => {
  expect(resolveInside(tree, "usr/escape")).toBeNull();
  expect(resolveInside(tree, "../../../../etc/passwd")).toBeNull();
});

it("answers null for what is missing and for links that go round in a circle", () => {
  expect(resolveInside(tree, "usr/bin/sh")).toBeNull();
  expect(resolveInside(tree, "loop")).toBeNull();
});

it("answers null for names that no directory can have", () => {
  expect(resolveInside(tree, `usr/${"x".repeat(256)}/init`)).toBeNull();
  expect(resolveInside(tree, "usr/\0/init")).toBeNull();
});

it("answers null for what would lie below a file", () => {
  expect(resolveInside(tree, "usr/lib/systemd/systemd/init")).toBeNull();
  expect(resolveInside(tree, "usr/lib/systemd/systemd/../systemd")).toBeNull();
});
