import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { ALL } from "./all.ts";
import { waitForFrame } from "./frames.ts";
import { tryOut, uinputProgram } from "./input/hands.ts";
import { GAMEPAD, LID, POWER_KEY, panelOfProtocolA, panelOfProtocolB, VOLUME_KEYS } from "./input/phones.ts";
import { type Bench, bench } from "./kit.ts";
import { proved } from "./matrix.ts";
import { BACK_ROW, POWER_TILE } from "./places.ts";

/** Without it the kernel has no /dev/fb0 for a card, as many a phone's has none. */
const NO_FRAMEBUFFER = "drm_kms_helper.fbdev_emulation=0";
const WATCHDOG = "cd /sys/class/watchdog/watchdog0; cat identity state";

/** Those that listen to the kernel's group: see watchUevents. */
const UEVENT_SOCKETS = "grep -c ' 15 .* 00000001 ' /proc/net/netlink; true";

describe.runIf(ALL)("a phone without a framebuffer device", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-phone-"));
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({
      name: "phone",
      modules: ["virtio_gpu", "uinput", "softdog"],
      files: uinputProgram(folder),
      state: { ...DEMO_STATE, toml: '[menu]\nwatchdog = "feed"\n' },
    });
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  test("shows the menu on its card; touch panels, keys and a gamepad lead through it", async () => {
    const machine = await machines.start({ display: "virtio-gpu", words: [NO_FRAMEBUFFER] });
    machine.keys.hold("volumedown");
    await waitForFrame(machine, "home", 150_000);
    await machine.keys.release("volumedown");
    expect(await machine.agent.output("ls -d /dev/fb* /dev/dri/card* 2>/dev/null; true")).toBe(
      "/dev/dri/card0",
    );
    expect(await machine.agent.output("cat /run/holdfast/menu.log")).toContain(
      "panel: /dev/dri/card0 Virtual-1 720x1440",
    );
    expect(await machine.agent.output(WATCHDOG)).toBe("Software Watchdog\nactive");
    // Nothing but the kernel tells of what is plugged in from here on.
    expect(Number(await machine.agent.output(UEVENT_SOCKETS))).toBeGreaterThan(0);

    await (await tryOut(machine, panelOfProtocolB(POWER_TILE, ["choose-item"]))).pullOut();
    await waitForFrame(machine, "power");
    await (await tryOut(machine, panelOfProtocolA(BACK_ROW, ["choose-item"]))).pullOut();
    await waitForFrame(machine, "home-power-focused");
    await tryOut(machine, GAMEPAD);
    await tryOut(machine, VOLUME_KEYS);
    await tryOut(machine, LID);
    // The focus is on a slot, whose screen the key opens.
    await tryOut(machine, POWER_KEY);
    const inputs = ["touch, protocol B", "touch, protocol A", "gamepad", "volume", "lid", "power key"];
    proved({ arch: "x64", display: "virtio-gpu, DRM", inputs });
  });
});
