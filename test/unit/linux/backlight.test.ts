import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openBacklight } from "../../../src/linux/backlight.ts";

const root = mkdtempSync(join(tmpdir(), "holdfast-backlight-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
function sysfs(lights: Record<string, Record<string, string | number>>): string {
  count += 1;
  const folder = join(root, String(count));
  for (const [name, files] of Object.entries(lights)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [file, value] of Object.entries(files)) writeFileSync(join(folder, name, file), `${value}\n`);
  }
  return folder;
}
const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8").trim();

describe("a backlight", () => {
  test("it dims to a share of what it was, goes off, and comes back as it was", () => {
    const folder = sysfs({ panel: { type: "raw", max_brightness: 255, brightness: 200, bl_power: 0 } });
    const light = openBacklight(folder);
    light?.set(0.2);
    expect(read(folder, "panel/brightness")).toBe("40");
    light?.set(0);
    expect(read(folder, "panel/bl_power")).toBe("4");
    light?.restore();
    expect([read(folder, "panel/bl_power"), read(folder, "panel/brightness")]).toEqual(["0", "200"]);
  });

  test("one that the bootloader left dark is lit, though not fully", () => {
    const folder = sysfs({ panel: { type: "raw", max_brightness: 1000, brightness: 3 } });
    openBacklight(folder);
    expect(read(folder, "panel/brightness")).toBe("400");
  });

  test("of several the firmware's comes before the platform's and the raw one; without any there is none", () => {
    const files = { max_brightness: 10, brightness: 10 };
    const folder = sysfs({
      a: { type: "raw", ...files },
      b: { type: "firmware", ...files },
      c: { type: "platform", ...files },
      d: { type: "firmware", max_brightness: 0 },
    });
    openBacklight(folder)?.set(0.5);
    expect(["a", "b", "c"].map((name) => read(folder, `${name}/brightness`))).toEqual(["10", "5", "10"]);
    expect(openBacklight(sysfs({}))).toBeNull();
  });

  test("a driver that refuses changes nothing and breaks nothing", () => {
    const folder = sysfs({ panel: { max_brightness: 10, brightness: 8 } });
    rmSync(join(folder, "panel"), { recursive: true });
    const light = openBacklight(sysfs({ panel: { max_brightness: 10, brightness: 8 } }));
    rmSync(join(root, String(count)), { recursive: true });
    expect(() => light?.set(0)).not.toThrow();
    expect(openBacklight(folder)).toBeNull();
  });
});
