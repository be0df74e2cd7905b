import { describe, expect, test } from "vitest";
import type { DisplayMode } from "../../../src/bytes/drm-mode.ts";
import type { DumbBuffer } from "../../../src/linux/drm.ts";
import { SystemCallError } from "../../../src/linux/syscalls.ts";
import { type ModeSetter, setMode } from "../../../src/panel/drm-mode.ts";
import { connector, displayMode } from "../../fixtures/connectors.ts";

const [EBUSY, EINVAL, ENOMEM] = [16, 22, 12];
const PANEL = connector({
  modes: [displayMode(640, 480), displayMode(1080, 2340, { preferred: true })],
});

interface Refusals {
  readonly master?: number;
  /** The error for a mode on a CRTC with so many bits; undefined takes it. */
  readonly show?: (mode: DisplayMode, crtc: number, bits: number) => number | undefined;
  readonly buffer?: (bits: number) => number | undefined;
  readonly crtcs?: number;
}

/** No card: it refuses what a test says and counts the buffers that it was asked for and given back. */
function fakeCard({ master, show, buffer, crtcs = 0b11 }: Refusals) {
  const kept = new Map<number, number>();
  const fail = (what: string, errno: number | undefined) => {
    if (errno !== undefined) throw new SystemCallError(what, errno, "of a fake card");
  };
  const card: ModeSetter = {
    path: "/dev/dri/card7",
    becomeMaster: () => fail("SET_MASTER", master),
    resources: () => ({ crtcs: [51, 52], connectors: [32] }),
    encoder: () => ({ crtc: 0, possibleCrtcs: crtcs }),
    crtc: () => ({ mode: null, framebuffer: 41 }),
    createBuffer(_width, _height, bits) {
      fail("CREATE_DUMB", buffer?.(bits));
      const id = 100 + kept.size;
      kept.set(id, bits);
      return { id, stride: 0, bytes: Buffer.alloc(0) };
    },
    destroyBuffer: ({ id }: DumbBuffer) => void kept.delete(id),
    show: (crtc, _connector, mode, { id }) => fail("SETCRTC", show?.(mode, crtc, kept.get(id) ?? 0)),
  };
  return { card, kept };
}

describe("setting a mode", () => {
  test("the preferred one in 32 bits, with one buffer", () => {
    const { card, kept } = fakeCard({});
    expect(setMode(card, PANEL)).toMatchObject({
      crtc: 51,
      mode: { width: 1080 },
      format: { bitsPerPixel: 32 },
      former: 41,
    });
    expect(kept.size).toBe(1);
  });

  test("another one, on another CRTC, in 16 bits, where the driver takes nothing else; no buffer is left over", () => {
    const { card, kept } = fakeCard({
      show: (mode, crtc, bits) => (mode.width === 640 && crtc === 52 && bits === 16 ? undefined : EINVAL),
    });
    expect(setMode(card, PANEL)).toMatchObject({
      crtc: 52,
      mode: { width: 640 },
      format: { bitsPerPixel: 16 },
    });
    expect(kept.size).toBe(1);
  });

  test("a driver that refuses every mode is told with all of them", () => {
    const { card, kept } = fakeCard({ show: () => EINVAL, crtcs: 0b1 });
    expect(() => setMode(card, PANEL)).toThrow(
      /card7 DSI-1: no mode can be set: 1080x2340 at 32 bits: .*EINVAL; 1080x2340 at 16 bits: .*; 640x480 at 32 bits: /,
    );
    expect(kept.size).toBe(0);
  });

  test("one without memory too, and one whose encoders have no CRTC", () => {
    expect(() => setMode(fakeCard({ buffer: () => ENOMEM }).card, PANEL)).toThrow(/ENOMEM/);
    expect(() => setMode(fakeCard({ crtcs: 0 }).card, PANEL)).toThrow(/DSI-1: it has no CRTC/);
  });

  test("while another program is in charge nothing is changed, and it is said what to do", () => {
    const { card, kept } = fakeCard({ master: EBUSY });
    expect(() => setMode(card, PANEL)).toThrow(/card7: another program is in charge of the display/);
    expect(kept.size).toBe(0);
  });
});
