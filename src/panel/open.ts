import { HoldfastError, messageOf } from "../domain/errors.ts";
import { type Calibration, calibrated } from "../input/evdev/calibration.ts";
import type { KeyProfile } from "../input/evdev/key-gestures.ts";
import { type InputDriver, watchInput } from "../input/watch.ts";
import { openBacklight } from "../linux/backlight.ts";
import { takeConsole } from "../linux/console-mode.ts";
import { freeMemory } from "../linux/free-memory.ts";
import { openStatusLight } from "../linux/status-light.ts";
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
const LIGHTS = "/sys/class/leds";

export interface PanelOptions {
  /** See `openSurface`. */
  readonly framebuffer: string;
  readonly mounting: Mounting;
  readonly idle: IdleLimits;
  readonly vibration: boolean;
  /** The system shows a splash of its own: what was drawn last stays until then. */
  readonly splash: boolean;
  readonly keys: KeyProfile;
  readonly input: InputDriver;
  /** Null where touch panel and screen are mounted alike. */
  readonly calibration: Calibration | null;
  onIntent(intent: Intent): void;
  log(line: string): void;
}

/**
 * What a panel takes besides the rest of the menu, in bytes: 12 to 19 MB of its own from 720x1440 to 1080x2340, 9 MB of
 * the canvas library, and something to spare. With less the kernel would end the menu on all consoles.
 */
const MEMORY_NEEDED = 36 * 1024 * 1024;

function requireMemory(framebuffer: string): void {
  const free = freeMemory();
  if (free === null || free >= MEMORY_NEEDED || memorySize(framebuffer) !== null) return;
  const [has, needs] = [free, MEMORY_NEEDED].map((bytes) => Math.round(bytes / 1024 / 1024));
  throw new HoldfastError("system", `${has} MiB of memory are free, and drawing needs ${needs}`);
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
  requireMemory(options.framebuffer);
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
  const statusLight = isMemory ? null : openStatusLight(LIGHTS);
  const vibrator = isMemory || !options.vibration ? null : openVibrator();
  const panel = new Panel(surface, {
    ...options,
    reopen: open,
    onLight: (light) => {
      backlight?.set(SHARES[light]);
      // A device that waits in the dark is not one that is off.
      statusLight?.set(light === "dark");
    },
    onPulse: (kind) => vibrator?.pulse(kind),
  });
  const input = isMemory
    ? null
    : await watchInput(options.input, {
        keys: options.keys,
        onPress: () => panel.wake(),
        keyContext: () => panel.keyContext(),
        onKey: (input) => panel.key(input),
        onContact: (contact) =>
          panel.contact(options.calibration === null ? contact : calibrated(contact, options.calibration)),
        onMouse: (input) => panel.mouse(input),
        onLid: (closed) => panel.lid(closed),
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
      statusLight?.restore();
      vibrator?.close();
      taken?.release(options.splash ? "picture" : "text");
      // Last, as the kernel takes its time over every event device.
      input?.close();
    },
  };
}
