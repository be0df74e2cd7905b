import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Gauged, watchGauges } from "../../../src/commands/menu-gauges.ts";

const sysfs = mkdtempSync(join(tmpdir(), "holdfast-gauges-"));
afterAll(() => rmSync(sysfs, { recursive: true, force: true }));

test("a menu that opens behind the first look is told of a low battery at once, and not half a minute later", () => {
  const battery = join(sysfs, "power_supply/battery");
  mkdirSync(battery, { recursive: true });
  const facts = ["TYPE=Battery", "CAPACITY=8", "STATUS=Discharging"];
  writeFileSync(join(battery, "uevent"), facts.map((fact) => `POWER_SUPPLY_${fact}\n`).join(""));
  const seen: unknown[] = [];
  let menu: Gauged | null = null;
  const gauges = watchGauges(() => menu, sysfs);
  menu = {
    gauge: ({ battery }, care) => seen.push([battery, care]),
    warm: (heat) => seen.push(heat),
  };
  gauges.tell();
  gauges.close();
  expect(seen).toEqual([[{ percent: 8, charging: false }, "low"], null]);
});
