import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FirmwareSetup } from "../../../src/linux/firmware-setup.ts";

/* On a plain folder that stands in for efivarfs, with the bytes that OVMF's variables have. */

const GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-efivars-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, hex: string) =>
  writeFileSync(join(folder, `${name}-${GLOBAL}`), Buffer.from(hex, "hex"));
const hex = (name: string) => readFileSync(join(folder, `${name}-${GLOBAL}`)).toString("hex");

test("is offered where the firmware says that it takes the wish", () => {
  const setup = new FirmwareSetup(folder);
  expect(setup.offered).toBe(false);
  put("OsIndicationsSupported", "060000000000000000000000");
  expect(setup.offered).toBe(false);
  put("OsIndicationsSupported", "060000000100000000000000");
  expect(setup.offered).toBe(true);
});

test("the wish is a bit beside other wishes, kept over power loss", () => {
  put("OsIndications", "070000000400000000000000");
  new FirmwareSetup(folder).ask();
  expect(hex("OsIndications")).toBe("070000000500000000000000");
});

test("is the only wish where there was none, and asks for nothing else", () => {
  new FirmwareSetup(folder).ask();
  expect(hex("OsIndications")).toBe("070000000100000000000000");
  expect(readdirSync(folder)).toHaveLength(1);
});

test("a machine without EFI variables offers none", () => {
  expect(new FirmwareSetup(join(folder, "missing")).offered).toBe(false);
});
