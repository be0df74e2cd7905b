import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { compare } from "../golden/compare.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { waitForMenu } from "./first-frame.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine, MachineOptions } from "./machine.ts";
import { partsMachine, partsVariant, turn } from "./parts/parts.ts";
import { POWER_TILE } from "./places.ts";
import { waitForSlot } from "./real-root.ts";
import { shoot } from "./shoot.ts";
import { until } from "./until.ts";

const TOML = '[menu]\nwatchdog = "feed"\n[panel]\ndim_after_s = 20\ndark_after_s = 45\n';
/** The menu looks at its gauges every half minute. */
const LOOK = 45_000;

const LIGHT = "/sys/class/leds/green:status";
const BACKLIGHT = "/sys/class/backlight/*";
const WATCHDOG = "/sys/class/watchdog/watchdog0";

describe.runIf(ALL)("a phone with battery, charger, sensor, lights, vibrator and watchdog", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-parts-"));
  let machines: Bench;
  let parts: Partial<MachineOptions>;
  beforeAll(async () => {
    parts = partsMachine(folder);
    machines = await bench({
      name: "parts",
      ...partsVariant(folder),
      state: { ...DEMO_STATE, toml: TOML },
    });
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  async function opened(): Promise<Machine> {
    const machine = await machines.start({ ...parts, endAtReboot: true });
    machine.keys.hold("volumedown");
    await waitForMenu(machine);
    await machine.keys.release("volumedown");
    return machine;
  }

  test("shows the charge, warns of heat and of a battery that runs out, refuses a reset, and powers off in time", async () => {
    const machine = await opened();
    const { terminal, agent } = machine;
    await terminal.waitFor(/50 %/);
    expect(await agent.output("cd /sys/class/power_supply; cat BAT0/status AC0/online")).toBe(
      "Discharging\n0",
    );
    await turn(machine, "charge", 30);
    await turn(machine, "supply", 1);
    await terminal.waitFor(/30 % \+/, LOOK);
    await shoot(machine, "charging");

    await turn(machine, "supply", 0);
    await turn(machine, "charge", 15);
    await turn(machine, "heat", 88);
    await terminal.waitFor(/The device is hot: 88 °C\. It switches itself off at 95 °C/, LOOK);
    await terminal.waitFor(/15 %/);
    await shoot(machine, "hot");
    await choose(machine, "Reset");
    await choose(machine, "Settings and data");
    await terminal.waitFor(/The battery is at 15 %/);
    await shoot(machine, "refused");
    await choose(machine, "Go on without a charger");
    await until(() => !/The battery is at 15 %/.test(terminal.screen()), {
      what: "the reset may begin",
      timeout: 10_000,
      describe: () => terminal.describe(),
    });
    await shoot(machine, "despite");
    terminal.type("\x1b");

    await turn(machine, "charge", 8);
    await terminal.waitFor(/The battery is almost empty\. Plug in a charger\./, LOOK);
    await shoot(machine, "low");
    await turn(machine, "charge", 2);
    await terminal.waitForHistory(/The battery is empty\. Powering off\./, 3 * LOOK);
    await shoot(machine, "empty");
    await machine.waitForEnd();
  });

  test("dims, says by a light that it is on, vibrates, and hands a watchdog over that runs", async () => {
    const machine = await opened();
    const { agent } = machine;
    const read = (file: string) => agent.output(`cat ${file}`);
    expect(await read(`${WATCHDOG}/identity ${WATCHDOG}/state`)).toBe("i6300ESB timer\nactive");
    expect(await read(`${LIGHT}/trigger`)).toContain("[heartbeat]");
    const lit = await read(`${BACKLIGHT}/actual_brightness`);
    const dimmed = String(Math.round(Number(lit) * 0.2));
    const is = (file: string, value: string) =>
      until(async () => (await read(file)) === value, {
        what: `${file} to be ${value}`,
        timeout: 60_000,
        describe: () => machine.terminal.describe(),
      });
    await is(`${BACKLIGHT}/actual_brightness`, dimmed);
    const before = await machine.screenshot();
    // Longer than the watchdog waits.
    await is(`${BACKLIGHT}/bl_power`, "4");
    expect(await read(`${LIGHT}/trigger`)).toContain("[none]");
    expect(await read(`${LIGHT}/brightness`)).toBe("1");
    await machine.press("volumeup");
    await is(`${BACKLIGHT}/bl_power`, "0");
    await is(`${BACKLIGHT}/actual_brightness`, lit);
    expect(await read(`${LIGHT}/trigger`)).toContain("[heartbeat]");
    await machine.waitForPicture("the whole menu again", (picture) => compare(picture, before).same, 30_000);

    const [x, y] = POWER_TILE;
    await machine.tap(x * machine.panel.width, y * machine.panel.height);
    await machine.terminal.waitFor(/Power off/);
    expect(await read("/run/vibrator.out")).toBe("20 ms");
    machine.terminal.type("\x1b");
    await machine.terminal.waitFor(/^Boot menu/);
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    expect(await read(`${WATCHDOG}/state`)).toBe("active");
    // Nobody feeds it here: it ends what hangs.
    await machine.waitForEnd();
  });
});
