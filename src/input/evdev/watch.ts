import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../domain/errors.ts";
import { type EventDevice, openEventDevice } from "../../linux/evdev.ts";
import type { Watch } from "../../linux/syscalls.ts";
import { discoverDevices, type FoundDevice } from "./discover.ts";
import type { KeyContext, KeyInput, KeyProfile } from "./key-gestures.ts";
import type { MouseInput } from "./mouse.ts";
import { DeviceReader } from "./reader.ts";
import type { Contact } from "./touch-gestures.ts";

export interface EvdevOptions {
  readonly keys: KeyProfile;
  /** A key goes down. True when that press only lights the screen. */
  onPress(): boolean;
  /** What keys mean at this moment. */
  keyContext(): KeyContext;
  onKey(input: KeyInput): void;
  /** Positions are 0…1 of the touch panel, which is taken for the whole screen. */
  onContact(contact: Contact): void;
  onMouse(input: MouseInput): void;
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
  readonly alarm: Alarm;
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
  #folder: FSWatcher | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retries = 0;
  #closed = false;

  constructor(options: EvdevOptions) {
    this.#options = options;
    this.#watchFolder();
    this.#scan();
  }

  close(): void {
    this.#closed = true;
    this.#folder?.close();
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const { watch, alarm } of this.#open.values()) {
      alarm.set(null);
      watch.close();
    }
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
      const alarm = new Alarm((time) => reader.tick(time));
      const events = { ...this.#options, onDue: (time: number | null) => alarm.set(time) };
      const reader = new DeviceReader(device, found.class, events, this.#options.keys);
      const watching = device.watch(() => {
        if (!reader.drain()) this.#lose(found);
      });
      this.#open.set(found.node, { device, watch: watching, alarm });
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
    gone.alarm.set(null);
    gone.watch.close();
    gone.device.close();
    this.#options.log(`input ${found.name} (${gone.device.path}) was removed`);
  }
}

/** Calls back at a time of the event devices' clock, which is the one that process.hrtime has. */
class Alarm {
  readonly #ring: (time: number) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(ring: (time: number) => void) {
    this.#ring = ring;
  }

  set(time: number | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (time === null) {
      this.#timer = null;
      return;
    }
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        // A timer may be a fraction of a millisecond early.
        this.#ring(Math.max(time, monotonic()));
      },
      Math.max(0, time - monotonic()),
    );
  }
}

/** CLOCK_MONOTONIC in milliseconds. */
function monotonic(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
