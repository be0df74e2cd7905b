import { watch } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../domain/errors.ts";
import { type EventDevice, openEventDevice } from "../../linux/evdev.ts";
import type { Watch } from "../../linux/syscalls.ts";
import { watchUevents } from "../../linux/uevents.ts";
import { Alarm } from "../alarm.ts";
import type { InputOptions } from "../options.ts";
import { discoverDevices, type FoundDevice, SYSFS } from "./discover.ts";
import { DeviceReader } from "./reader.ts";

/** Which of the devices are read; all when missing. */
export interface EvdevShare {
  takes(node: string): boolean;
  /** A device that was read is not there any more. */
  onGone(node: string): void;
}

export interface EvdevWatching extends Watch {
  /** Another device may be to be read. */
  lookAgain(): void;
}

const NODES = "/dev/input";
/** sysfs shows a device a moment before devtmpfs has its node, and a driver may still be settling. */
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
export function watchEvdev(options: InputOptions, share: EvdevShare | null = null): EvdevWatching {
  return new EvdevWatch(options, share);
}

class EvdevWatch implements EvdevWatching {
  readonly #options: InputOptions;
  readonly #share: EvdevShare | null;
  readonly #open = new Map<string, OpenDevice>();
  #arrivals: Watch | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retries = 0;
  #closed = false;

  constructor(options: InputOptions, share: EvdevShare | null) {
    this.#options = options;
    this.#share = share;
    this.#watchArrivals();
    this.#scan();
  }

  close(): void {
    this.#closed = true;
    this.#arrivals?.close();
    if (this.#retry !== null) clearTimeout(this.#retry);
    for (const { watch, alarm } of this.#open.values()) {
      alarm.set(null);
      watch.close();
    }
    for (const { device } of this.#open.values()) device.close();
    this.#open.clear();
  }

  /** The kernel tells of devices that come; one without that socket has /dev/input to look at, if that is there. */
  #watchArrivals(): void {
    if (this.#arrivals !== null || this.#closed) return;
    try {
      this.#arrivals = watchUevents((event) => {
        if (event === null || event.node.startsWith("input/event")) this.lookAgain();
      });
    } catch {
      this.#watchFolder();
    }
  }

  #watchFolder(): void {
    try {
      const folder = watch(NODES, () => this.lookAgain());
      this.#arrivals = folder;
      folder.on("error", () => {
        folder.close();
        this.#arrivals = null;
        this.#scheduleRetry();
      });
    } catch {
      this.#scheduleRetry();
    }
  }

  lookAgain(): void {
    this.#retries = 0;
    this.#scan();
  }

  #scan(): void {
    if (this.#closed) return;
    let failed = false;
    for (const found of discoverDevices(SYSFS)) {
      if (this.#open.has(found.node) || this.#share?.takes(found.node) === false) continue;
      failed = !this.#tryOpen(found) || failed;
    }
    if (failed) this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    if (this.#retry !== null || this.#closed) return;
    // With nothing to tell of devices there is no end to it: a keyboard may be plugged in at any time.
    if (this.#arrivals !== null && this.#retries >= RETRIES) return;
    this.#retries += 1;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#watchArrivals();
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
    this.#share?.onGone(found.node);
    this.#options.log(`input ${found.name} (${gone.device.path}) was removed`);
  }
}
