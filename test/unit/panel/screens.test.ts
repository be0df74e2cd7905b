import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chooseScreen, framebuffersOf, outputStates } from "../../../src/panel/screens.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-screens-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** A /sys/class with framebuffers (and the card that made each) and connectors with their status. */
function sysfs(
  framebuffers: Readonly<Record<string, string | null>>,
  connectors: Readonly<Record<string, string>>,
) {
  const root = join(folder, `${count++}`);
  for (const [name, card] of Object.entries(framebuffers))
    mkdirSync(join(root, "graphics", name, "device", card === null ? "" : `drm/${card}`), {
      recursive: true,
    });
  for (const [name, status] of Object.entries(connectors)) {
    const file = join(root, "drm", name, "status");
    mkdirSync(dirname(file), { recursive: true });
    mkdirSync(join(root, "drm", name.split("-")[0] ?? ""), { recursive: true });
    writeFileSync(file, `${status}\n`);
  }
  return root;
}

describe("the screen to draw on where nobody named one", () => {
  test.each([
    ["the kernel's framebuffer of the panel", { fb0: "card0" }, { "card0-DSI-1": "connected" }, "/dev/fb0"],
    [
      "that of the panel, not of the card which came first",
      { fb0: "card0", fb1: "card1" },
      { "card0-HDMI-A-1": "connected", "card1-DSI-1": "connected" },
      "/dev/fb1",
    ],
    [
      "the panel's card where only a monitor has a framebuffer",
      { fb0: "card0" },
      { "card0-HDMI-A-1": "connected", "card1-eDP-1": "connected" },
      "/dev/dri/card1",
    ],
    [
      "the firmware's framebuffer where the real driver has none",
      { fb0: null },
      { "card0-DSI-1": "connected" },
      "/dev/fb0",
    ],
    [
      "a monitor's framebuffer where there is no panel",
      { fb0: "card0" },
      { "card0-HDMI-A-1": "connected" },
      "/dev/fb0",
    ],
    ["a card without any framebuffer", {}, { "card0-HDMI-A-1": "connected" }, "drm"],
    ["the panel's card without any framebuffer", {}, { "card1-DSI-1": "connected" }, "/dev/dri/card1"],
    ["fb10 after fb2", { fb10: "card0", fb2: "card0" }, {}, "/dev/fb2"],
    ["the usual name where there is nothing", {}, {}, "/dev/fb0"],
  ])("%s", (_what, framebuffers, connectors, expected) => {
    expect(chooseScreen(sysfs(framebuffers, connectors))).toBe(expected);
  });

  test("framebuffers of one card are told apart from others", () => {
    const root = sysfs({ fb0: "card0", fb1: "card1", fb2: null }, {});
    expect(framebuffersOf("card1", root)).toEqual(["/dev/fb1"]);
  });

  test("what is plugged in changes the line that says so", () => {
    const root = sysfs({}, { "card0-DSI-1": "connected", "card0-HDMI-A-1": "disconnected" });
    expect(outputStates(root)).toBe("card0-DSI-1 connected,card0-HDMI-A-1 disconnected");
    writeFileSync(join(root, "drm/card0-HDMI-A-1/status"), "connected\n");
    expect(outputStates(root)).toBe("card0-DSI-1 connected,card0-HDMI-A-1 connected");
    expect(outputStates(join(root, "none"))).toBe("");
  });
});
