import { messageOf } from "../domain/errors.ts";
import { type Calibration, calibrated } from "../input/evdev/calibration.ts";
import type { KeyProfile } from "../input/evdev/key-gestures.ts";
import { watchEvdev } from "../input/evdev/watch.ts";
import { openBacklight } from "../linux/backlight.ts";
import { takeConsole } from "../linux/console-mode.ts";
import { openVibrator } from "../linux/vibrator.ts";
import type { Intent } from "../menu/view.ts";
import type { Console } from "../session/console.ts";
import { loadCanvas } from "./canvas.ts";
import type { IdleLimits, Light } from "./idle.ts";
import { memorySize } from "./memory.ts";
import { type Mounting, mounted } from "./mounting.ts";
import { Panel } from "./panel.ts";
import { openSurface, type Surface } from "./surface.ts";

const BACKLIGHTS = "/sys/class/backlight";

export interface PanelOptions {
  /** See `openSurface`. */
  readonly framebuffer: string;
  readonly mounting: Mounting;
  readonly idle: IdleLimits;
  readonly vibration: boolean;
  /** The system shows a splash of its own: what was drawn last stays until then. */
  readonly splash: boolean;
  readonly keys: KeyProfile;
  /** Null where touch panel and screen are mounted alike. */
  readonly calibration: Calibration | null;
  onIntent(intent: Intent): void;
  log(line: string): void;
}

/** Shares of the full light. */
const SHARES: Readonly<Record<Light, number>> = { full: 1, dim: 0.2, dark: 0 };

/**
 * The menu on the framebuffer, with keys and touch. Throws a HoldfastError, with nothing changed, when there
 * is no framebuffer that can be drawn on. The text console is put aside until `close`, or until the process
 * ends in whatever way. A screen in memory has neither console nor keys: it is drawn on a machine whose own
 * keyboard and display are somebody's.
 */
export async function openPanel(options: PanelOptions): Promise<Console> {
  const open = async (): Promise<Surface> => {
    const surface = mounted(await openSurface(options.framebuffer), options.mounting);
    options.log(surface.name);
    return surface;
  };
  const surface = await open();
  try {
    loadCanvas();
  } catch (error) {
    surface.close();
    throw error;
  }
  const isMemory = memorySize(options.framebuffer) !== null;
  const taken = isMemory ? null : takeConsole();
  const backlight = isMemory ? null : openBacklight(BACKLIGHTS);
  const vibrator = isMemory || !options.vibration ? null : openVibrator();
  const panel = new Panel(surface, {
    ...options,
    reopen: open,
    onLight: (light) => backlight?.set(SHARES[light]),
    onPulse: (kind) => vibrator?.pulse(kind),
  });
  const input = isMemory
    ? null
    : watchEvdev({
        keys: options.keys,
        onPress: () => panel.wake(),
        keyContext: () => panel.keyContext(),
        onKey: (input) => panel.key(input),
        onContact: (contact) =>
          panel.contact(options.calibration === null ? contact : calibrated(contact, options.calibration)),
        onMouse: (input) => panel.mouse(input),
        log: options.log,
      });
  return {
    name: "panel",
    confirms: "hold",
    letters: "all",
    show(view) {
      panel.show(view);
    },
    async close() {
      try {
        await panel.close();
      } catch (error) {
        options.log(messageOf(error));
      }
      backlight?.restore();
      vibrator?.close();
      taken?.release(options.splash ? "picture" : "text");
      // Last, as the kernel takes its time over every event device.
      input?.close();
    },
  };
}
