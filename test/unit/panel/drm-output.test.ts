import { describe, expect, test } from "vitest";
import { ConnectorType } from "../../../src/bytes/drm-connector.ts";
import {
  bySuitability,
  crtcsToTry,
  modesToTry,
  rotationOf,
  suitability,
} from "../../../src/panel/drm-output.ts";
import { connector, displayMode } from "../../fixtures/connectors.ts";

const HDMI = connector({ id: 40, type: 11, name: "HDMI-A-1" });
const sizes = (modes: readonly { width: number; height: number }[]) =>
  modes.map(({ width, height }) => `${width}x${height}`);

describe("the connector that the menu is on", () => {
  test("the device's own panel comes before a monitor, whichever the kernel lists first", () => {
    for (const type of [ConnectorType.dsi, ConnectorType.lvds, ConnectorType.edp, ConnectorType.dpi]) {
      const panel = connector({ type });
      expect(bySuitability([{ connector: HDMI }, { connector: panel }])[0]?.connector).toBe(panel);
    }
  });

  test("a monitor is taken where the panel is not connected", () => {
    const panel = connector({ state: "disconnected" });
    expect(bySuitability([{ connector: panel }, { connector: HDMI }])[0]?.connector).toBe(HDMI);
  });

  test("of a panel whose driver does not know it is believed that it is there, of a monitor not", () => {
    expect(suitability(connector({ state: "unknown" }))).toBe(0);
    expect(suitability({ ...HDMI, state: "unknown" })).toBeNull();
  });

  test("what nobody sees, and what has no mode of a size, is never taken", () => {
    expect(suitability(connector({ type: ConnectorType.writeback }))).toBeNull();
    expect(suitability(connector({ modes: [] }))).toBeNull();
    const nonsense = [displayMode(0, 0), displayMode(1080, 0), displayMode(65_535, 65_535)];
    expect(suitability(connector({ modes: nonsense }))).toBeNull();
    expect(bySuitability([])).toEqual([]);
  });
});

describe("modes in the order in which they are tried", () => {
  test("the preferred one, then the others from large to small; those without a size not at all", () => {
    const modes = [
      displayMode(640, 480),
      displayMode(0, 1080, { preferred: true }),
      displayMode(1920, 1080, { refresh: 30 }),
      displayMode(1280, 800, { preferred: true }),
      displayMode(1920, 1080),
    ];
    const tried = modesToTry(connector({ modes }), null);
    expect(sizes(tried)).toEqual(["1280x800", "1920x1080", "1920x1080", "640x480"]);
    expect(tried.map(({ refresh }) => refresh)).toEqual([60, 60, 30, 60]);
  });

  test("without a preferred one the first, as the driver lists the best first", () => {
    expect(
      sizes(modesToTry(connector({ modes: [displayMode(800, 600), displayMode(1024, 768)] }), null)),
    ).toEqual(["800x600", "1024x768"]);
  });

  test("one of the same size that is set already is kept, so that nothing blinks; another size is not", () => {
    const set = displayMode(1080, 2340, { refresh: 90 });
    expect(modesToTry(connector(), set)[0]).toBe(set);
    expect(modesToTry(connector(), displayMode(640, 480))).toEqual(connector().modes);
  });
});

describe("CRTCs in the order in which they are tried", () => {
  const encoders = new Map([
    [31, { crtc: 0, possibleCrtcs: 0b110 }],
    [33, { crtc: 52, possibleCrtcs: 0b011 }],
  ]);

  test("the one that feeds the connector now, then all that its encoders can have", () => {
    const panel = connector({ encoders: [31, 33], encoder: 33 });
    expect(crtcsToTry(panel, encoders, [51, 52, 53])).toEqual([52, 53, 51]);
  });

  test("one that the card does not have is not tried, and a mask may name more than there are", () => {
    expect(crtcsToTry(connector({ encoders: [31], encoder: 33 }), encoders, [51])).toEqual([]);
    const all = new Map([[31, { crtc: 99, possibleCrtcs: 0xffffffff }]]);
    expect(crtcsToTry(connector({ encoder: 31 }), all, [51, 52])).toEqual([51, 52]);
  });
});

test("a panel is turned so that the side stands up that its driver says", () => {
  expect([0, 1, 2, 3, 4, null].map(rotationOf)).toEqual([0, 180, 270, 90, undefined, undefined]);
});
