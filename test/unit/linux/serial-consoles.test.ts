import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configSchema } from "../../../src/config/schema.ts";
import { serialConsolePaths } from "../../../src/linux/serial-consoles.ts";

let sysfs = "";

beforeEach(() => {
  sysfs = mkdtempSync(join(tmpdir(), "holdfast-sysfs-"));
});

afterEach(() => {
  rmSync(sysfs, { recursive: true });
});

function sysfsWith(active: string, types: Record<string, string> = {}): void {
  for (const [name, type] of Object.entries({ console: null, ...types })) {
    const folder = join(sysfs, "class/tty", name);
    mkdirSync(folder, { recursive: true });
    if (type !== null) writeFileSync(join(folder, "type"), `${type}\n`);
  }
  writeFileSync(join(sysfs, "class/tty/console/active"), `${active}\n`);
}

const auto = configSchema().parse({});

test("every console of the kernel but the panel's shows the menu", () => {
  sysfsWith("tty0 ttyS0 hvc0 ttyAMA0", { ttyS0: "4" });
  expect(serialConsolePaths(auto, sysfs)).toEqual(["/dev/ttyS0", "/dev/hvc0", "/dev/ttyAMA0"]);
});

test("a port without a UART behind it is left out", () => {
  sysfsWith("ttyS0 ttyS1", { ttyS0: "0", ttyS1: "4" });
  expect(serialConsolePaths(auto, sysfs)).toEqual(["/dev/ttyS1"]);
});

test("virtual terminals and ttynull are no serial consoles", () => {
  sysfsWith("tty0 tty1 ttynull");
  expect(serialConsolePaths(auto, sysfs)).toEqual([]);
});

test("without any console there is none", () => {
  expect(serialConsolePaths(auto, sysfs)).toEqual([]);
});

test("the configuration's list comes instead, with or without /dev", () => {
  sysfsWith("ttyS0");
  const config = configSchema().parse({ console: { serial: ["ttyUSB0", "/dev/ttyGS0", "/dev/ttyUSB0"] } });
  expect(serialConsolePaths(config, sysfs)).toEqual(["/dev/ttyUSB0", "/dev/ttyGS0"]);
});
