import { close, constants, existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseCapabilityMask } from "../bytes/input-event.ts";
import { effectId, encodePlay, encodeRumble, FORCE_FEEDBACK } from "../bytes/rumble.ts";
import { namesIn } from "./names.ts";
import { ioctl } from "./syscalls.ts";

const EVIOCSFF = 0x40304580;

/** How a device answers a finger that feels before it sees. */
export interface Vibrator {
  /** A short pulse for a choice, a longer one for a hold that is complete. */
  pulse(kind: "choice" | "hold"): void;
  close(): void;
}

const LENGTHS = { choice: 20, hold: 80 } as const;

/** The vibrator of this device: an event device with rumble, or one of the old kind in sysfs; null without. */
export function openVibrator(sysfs = "/sys", nodes = "/dev/input"): Vibrator | null {
  return openRumble(join(sysfs, "class/input"), nodes) ?? openLed(join(sysfs, "class/leds/vibrator"));
}

function openRumble(sysfs: string, nodes: string): Vibrator | null {
  for (const name of eventNodes(sysfs)) {
    if (!rumbles(join(sysfs, name, "device/capabilities/ff"))) continue;
    try {
      return rumbleOf(join(nodes, name));
    } catch {
      // Another one may do; a menu without a vibrator is still a menu.
    }
  }
  return null;
}

function rumbleOf(path: string): Vibrator {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const upload = (milliseconds: number): number => {
    const effect = encodeRumble(milliseconds);
    ioctl(fd, EVIOCSFF, effect, `EVIOCSFF ${path}`);
    return effectId(effect);
  };
  try {
    const ids = { choice: upload(LENGTHS.choice), hold: upload(LENGTHS.hold) };
    return {
      pulse(kind) {
        try {
          writeSync(fd, encodePlay(ids[kind]));
        } catch {}
      },
      // The kernel takes its effects away with it.
      close: () => close(fd, () => {}),
    };
  } catch (error) {
    close(fd);
    throw error;
  }
}

/** The LED class's vibrator trigger, as Android's kernels have it. */
function openLed(folder: string): Vibrator | null {
  if (!existsSync(join(folder, "duration"))) return null;
  return {
    pulse(kind) {
      try {
        writeFileSync(join(folder, "duration"), String(LENGTHS[kind]));
        writeFileSync(join(folder, "activate"), "1");
      } catch {}
    },
    close() {},
  };
}

function eventNodes(sysfs: string): string[] {
  return namesIn(sysfs).filter((name) => /^event\d+$/.test(name));
}

function rumbles(file: string): boolean {
  try {
    return parseCapabilityMask(readFileSync(file, "utf8")).has(FORCE_FEEDBACK.rumble);
  } catch {
    return false;
  }
}
