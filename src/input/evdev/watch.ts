import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../domain/errors.ts";
import { type EventDevice, openEventDevice } from "../../linux/evdev.ts";
import type { Watch } from "../../linux/syscalls.ts";
import type { Intent } from "../../menu/view.ts";
import { discoverDevices, type FoundDevice } from "./discover.ts";
import { type Contact, REPEAT } from "./gestures.ts";
import { DeviceReader } from "./reader.ts";

export interface EvdevOptions {
  onIntent(intent: Intent): void;
  /** Positions are 0…1 of the touch panel, which is taken for the whole screen. */
  onContact(contact: Contact): void;
  log(line: string): void;
}

const SYSFS = "/sys/class/input";
const NODES = "/dev/input";
/** devtmpfs makes the node a moment after sysfs shows the device, and a driver may still be settling. */
const RETRY_MS = 200;
const RETRIES = 10;

interface OpenDevice {
  readonly device: EventDevice;
  readonly watch: Watch;
}

/**
 * Reads every key and touch device there is, and those that are plugged in later, each for itself alone.
 * `close` stops listening at once; the descriptors are closed in the background.
 */
export function watchEvdev(options: EvdevOptions): Watch {
  return new EvdevWatch(options);
}

class EvdevWatch implements Watch {
  readonly #options: EvdevOptions;
  readonly #open = new Map<string, OpenDevice>();
  readonly #repeat: KeyRepeat;
  #folder: FSWatcher | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retries = 0;
  #closed = false;

  constructor(options: EvdevOptions) {
    this.#options = options;
    this.#repeat = new KeyRepeat(options.onIntent);
    this.#watchFolder();
    this.#scan();
  }

  close(): void {
    this.#closed = true;
    this.#folder?.close();
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#repeat.set(null);
    for (const { watch } of this.#open.values()) watch.close();
    for (const { device } of this.#open.values()) device.close();
    this.#open.clear();
  }

  /** Devices come and go in /dev/input; while that folder does not exist, the scan is repeated. */
  #watchFolder(): void {
    if (this.#folder !== null || this.#closed) return;
    try {
      this.#folder = watch(NODES, () => this.#lookAgain());
      this.#folder.on("error", () => {
        this.#folder?.close();
        this.#folder = null;
        this.#scheduleRetry();
      });
    } catch {
      this.#scheduleRetry();
    }
  }

  #lookAgain(): void {
    this.#retries = 0;
    this.#scan();
  }

  #scan(): void {
    if (this.#closed) return;
    let failed = false;
    for (const found of discoverDevices(SYSFS))
      if (!this.#open.has(found.node)) failed = !this.#tryOpen(found) || failed;
    if (failed) this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    if (this.#retry !== null || this.#closed) return;
    // Without a folder to watch there is no end to it: a keyboard may be plugged in at any time.
    if (this.#folder !== null && this.#retries >= RETRIES) return;
    this.#retries += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#watchFolder();
      this.#scan();
    }, RETRY_MS);
    this.#retry.unref();
  }

  #tryOpen(found: FoundDevice): boolean {
    const path = join(NODES, found.node);
    let device: EventDevice | null = null;
    try {
      device = openEventDevice(path);
      const reader = new DeviceReader(device, found.class, {
        onIntent: this.#options.onIntent,
        onContact: this.#options.onContact,
        onRepeat: (intent) => this.#repeat.set(intent),
      });
      const watching = device.watch(() => {
        if (!reader.drain()) this.#lose(found);
      });
      this.#open.set(found.node, { device, watch: watching });
      this.#grab(device, found);
      return true;
    } catch (error) {
      device?.close();
      if (this.#retries >= RETRIES - 1) this.#options.log(`input ${found.name}: ${messageOf(error)}`);
      return false;
    }
  }

  #grab(device: EventDevice, found: FoundDevice): void {
    try {
      device.grab();
      this.#options.log(`input ${found.name} (${device.path})`);
    } catch (error) {
      // Somebody else has it for himself; it may be let go, and then its events come here.
      this.#options.log(
        `input ${found.name} (${device.path}) is held by another program: ${messageOf(error)}`,
      );
    }
  }

  #lose(found: FoundDevice): void {
    const gone = this.#open.get(found.node);
    if (gone === undefined) return;
    this.#open.delete(found.node);
    gone.watch.close();
    gone.device.close();
    this.#options.log(`input ${found.name} (${gone.device.path}) was removed`);
  }
}

/** Repeats the intent of a held key by the menu's own clock. */
class KeyRepeat {
  readonly #onIntent: (intent: Intent) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(onIntent: (intent: Intent) => void) {
    this.#onIntent = onIntent;
  }

  set(intent: Intent | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (intent !== null) this.#schedule(intent, REPEAT.delay);
  }

  #schedule(intent: Intent, after: number): void {
    this.#timer = setTimeout(() => {
      this.#schedule(intent, REPEAT.period);
      this.#onIntent(intent);
    }, after);
  }
}
