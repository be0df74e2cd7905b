import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readBattery } from "../../../src/linux/gauges.ts";

const root = mkdtempSync(join(tmpdir(), "holdfast-gauges-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function supplies(all: Record<string, Record<string, string | number>>): string {
  count += 1;
  const folder = join(root, String(count));
  mkdirSync(folder);
  for (const [name, facts] of Object.entries(all)) {
    mkdirSync(join(folder, name));
    const lines = Object.entries(facts).map(([key, value]) => `POWER_SUPPLY_${key}=${value}`);
    writeFileSync(join(folder, name, "uevent"), `${lines.join("\n")}\n`);
  }
  return folder;
}

describe("the battery", () => {
  test("its charge comes from the driver's word, else from what it holds", () => {
    expect(
      readBattery(supplies({ battery: { TYPE: "Battery", CAPACITY: 64, STATUS: "Discharging" } })),
    ).toEqual({ percent: 64, charging: false, external: false });
    const counted = { TYPE: "Battery", CHARGE_NOW: 1_500_000, CHARGE_FULL: 3_000_000, STATUS: "Charging" };
    expect(readBattery(supplies({ bms: counted }))).toEqual({ percent: 50, charging: true, external: false });
  });

  test("chargers, mice and what is not there are no battery; the main one comes first", () => {
    const facts = { TYPE: "Battery", STATUS: "Full" };
    const folder = supplies({
      AC: { TYPE: "Mains", ONLINE: 1 },
      "aaa-hid": { ...facts, CAPACITY: 10, SCOPE: "Device" },
      another: { ...facts, CAPACITY: 20 },
      gone: { ...facts, CAPACITY: 30, PRESENT: 0 },
      "max170xx-battery": { ...facts, CAPACITY: 100 },
    });
    expect(readBattery(folder)).toEqual({ percent: 100, charging: false, external: true });
  });

  test("a device that drains one battery after the other has what both hold", () => {
    const facts = { TYPE: "Battery", STATUS: "Discharging", PRESENT: 1 };
    const sized = supplies({
      BAT0: { ...facts, CAPACITY: 1, ENERGY_FULL: 20_000_000 },
      BAT1: { ...facts, CAPACITY: 81, ENERGY_FULL: 60_000_000, STATUS: "Charging" },
    });
    expect(readBattery(sized)).toEqual({ percent: 61, charging: true, external: false });
    const unsized = supplies({ BAT0: { ...facts, CAPACITY: 1 }, BAT1: { ...facts, CAPACITY: 81 } });
    expect(readBattery(unsized)?.percent).toBe(41);
    // Two gauges of one battery are not added up.
    const gauges = supplies({ battery: { ...facts, CAPACITY: 30 }, bms: { ...facts, CAPACITY: 32 } });
    expect(readBattery(gauges)?.percent).toBe(30);
  });

  test("nonsense and nothing are null", () => {
    expect(readBattery(supplies({ battery: { TYPE: "Battery", CAPACITY: 1200 } }))).toBeNull();
    expect(readBattery(supplies({ battery: { TYPE: "Battery" } }))).toBeNull();
    expect(readBattery(join(root, "none"))).toBeNull();
  });
});
