import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeDurably } from "../../../src/linux/durable.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "holdfast-durable-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

it("replaces a file whole and makes missing directories", async () => {
  const file = join(directory, "a/b/file");
  await writeDurably(file, "a long first text");
  await writeDurably(file, Buffer.from("new"));
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(readdirSync(join(directory, "a/b"))).toEqual(["file"]);
});

it("leaves nothing behind when the name cannot be taken", async () => {
  mkdirSync(join(directory, "taken/inside"), { recursive: true });
  await expect(writeDurably(join(directory, "taken"), "x")).rejects.toThrow();
  expect(readdirSync(directory)).toEqual(["taken"]);
});
