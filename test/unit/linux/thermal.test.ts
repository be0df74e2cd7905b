import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isHot } from "../../../src/domain/heat.ts";
import { readHeat } from "../../../src/linux/thermal.ts";
import { DeviceFiles } from "../../fixtures/device-files.ts";

const files = new DeviceFiles();
afterAll(() => files.clear());

const zone = (temp: number | string, critical: number | string) => ({
  temp,
  trip_point_0_type: "passive",
  trip_point_0_temp: 60_000,
  trip_point_1_type: "critical",
  trip_point_1_temp: critical,
});

describe("how hot a device is", () => {
  test("is what the zone nearest to its own end says", () => {
    const folder = files.make({
      thermal_zone0: zone(71_400, 125_000),
      thermal_zone1: zone(52_000, 60_000),
      cooling_device0: { type: "cpufreq" },
    });
    expect(readHeat(folder)).toEqual({ celsius: 52, limit: 60 });
  });

  test("sensors that talk nonsense, sleep, or have no end count for nothing", () => {
    const folder = files.make({
      thermal_zone0: zone(-274_000, 95_000),
      thermal_zone1: zone(2_147_483_647, 95_000),
      thermal_zone2: zone("", 95_000),
      thermal_zone3: zone(80_000, 2_147_483_647),
      thermal_zone4: { temp: 90_000 },
    });
    expect(readHeat(folder)).toBeNull();
    expect(readHeat(join(folder, "none"))).toBeNull();
  });

  test("is told from ten degrees below the end on", () => {
    expect(isHot({ celsius: 84, limit: 95 })).toBe(false);
    expect(isHot({ celsius: 85, limit: 95 })).toBe(true);
    expect(isHot(null)).toBe(false);
  });
});
