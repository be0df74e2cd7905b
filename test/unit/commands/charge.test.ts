import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { requireCharge } from "../../../src/commands/charge.ts";

const root = mkdtempSync(join(tmpdir(), "holdfast-charge-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function battery(percent: number, status: string): void {
  const folder = join(root, "sys/class/power_supply/battery");
  mkdirSync(folder, { recursive: true });
  const facts = { TYPE: "Battery", CAPACITY: percent, STATUS: status };
  const lines = Object.entries(facts).map(([key, value]) => `POWER_SUPPLY_${key}=${value}\n`);
  writeFileSync(join(folder, "uevent"), lines.join(""));
}

describe("long work on a battery", () => {
  test("may begin without a battery, with enough in it, and on a charger", () => {
    expect(() => requireCharge(root)).not.toThrow();
    battery(20, "Discharging");
    expect(() => requireCharge(root)).not.toThrow();
    battery(5, "Charging");
    expect(() => requireCharge(root)).not.toThrow();
  });

  test("is refused on a low one, with its charge and what to do", () => {
    battery(19, "Discharging");
    expect(() => requireCharge(root)).toThrow(
      expect.objectContaining({
        kind: "refused",
        message: "The battery is at 19 %. Nothing was changed.",
        next: expect.stringContaining("--despite-battery"),
      }),
    );
  });
});
