import { messageOf } from "../../domain/errors.ts";
import { Libinput } from "../../linux/libinput.ts";
import type { LibinputEvent } from "../../linux/libinput-event.ts";
import type { Watch } from "../../linux/syscalls.ts";
import { Alarm } from "../alarm.ts";
import { discoverDevices, SYSFS } from "../evdev/discover.ts";
import { type EvdevWatching, watchEvdev } from "../evdev/watch.ts";
import type { InputOptions } from "../options.ts";
import { LibinputDevice } from "./device.ts";

/** How long udev may take over a new device until it is read without libinput. */
const UDEV_MS = 2000;

/**
 * Reads every device that libinput takes through it, and the others by evdev: gamepads, knobs, touch panels of protocol A,
 * and what udev has not looked at. Throws where there is no libinput; where it fails later, evdev takes over.
 */
export function watchLibinput(options: InputOptions): Watch {
  return new LibinputWatch(options);
}

/** libinput 1.22 makes nothing of the touches of protocol A, which evdev reads. */
function isOldPanel(node: string): boolean {
  const found = discoverDevices(SYSFS).find((each) => each.node === node);
  return found?.class.touch === "contacts";
}

class LibinputWatch implements Watch {
  readonly #options: InputOptions;
  readonly #devices = new Map<string, { device: LibinputDevice; alarm: Alarm; name: string }>();
  /** Nodes that libinput left to others; and since when there are those that it said nothing of. */
  readonly #refused = new Set<string>();
  readonly #seen = new Map<string, number>();
  readonly #libinput: Libinput;
  readonly #watch: Watch;
  #evdev: EvdevWatching;
  /** libinput is not asked any more. */
  #over = false;
  #closed = false;

  constructor(options: InputOptions) {
    this.#options = options;
    this.#libinput = new Libinput({
      wants: (node) => !isOldPanel(node),
      onRefused: (node) => this.#leave(node),
      log: options.log,
    });
    this.#evdev = watchEvdev(options, {
      takes: (node) => this.#isLeft(node),
      onGone: (node) => this.#forget(node),
    });
    this.#watch = this.#libinput.watch(() => this.#read());
    // What was found at the start waits before anything is ready to be read.
    this.#read();
  }

  close(): void {
    this.#closed = true;
    this.#evdev.close();
    for (const { alarm } of this.#devices.values()) alarm.set(null);
    if (!this.#over) void this.#end();
  }

  #leave(node: string): void {
    if (this.#over) return;
    this.#refused.add(node);
    this.#evdev.lookAgain();
  }

  /** Whether a node is evdev's: libinput refused it, or never heard of it, as udev did not look at it. */
  #isLeft(node: string): boolean {
    if (this.#devices.has(node)) return false;
    if (this.#refused.has(node)) return true;
    const now = performance.now();
    const since = this.#seen.get(node);
    if (since !== undefined) return now - since >= UDEV_MS;
    this.#seen.set(node, now);
    setTimeout(() => this.#evdev.lookAgain(), UDEV_MS + 10).unref();
    return false;
  }

  /** Another device that gets this node is asked about anew. */
  #forget(node: string): void {
    this.#refused.delete(node);
    this.#seen.delete(node);
  }

  #read(): void {
    if (this.#over) return;
    try {
      const events = this.#libinput.read();
      // A device that is pulled out lets its keys go first, and that release is nobody's.
      const gone = new Set(events.filter(({ kind }) => kind === "removed").map(({ node }) => node));
      for (const event of events) this.#take(event, gone);
    } catch (error) {
      void this.#takeOver(messageOf(error));
    }
  }

  #take(event: LibinputEvent, gone: ReadonlySet<string>): void {
    if (event.kind === "added") this.#add(event.node, event.name);
    else if (event.kind === "removed") this.#remove(event.node);
    else if (!gone.has(event.node)) this.#devices.get(event.node)?.device.take(event);
  }

  #add(node: string, name: string): void {
    const alarm = new Alarm((time) => {
      // The release that ends a repetition may be here, unread.
      this.#read();
      device.tick(time);
    });
    const device = new LibinputDevice({ ...this.#options, onDue: (time) => alarm.set(time) });
    this.#devices.set(node, { device, alarm, name });
    this.#options.log(`input ${name} (/dev/input/${node}, libinput)`);
  }

  #remove(node: string): void {
    const gone = this.#devices.get(node);
    this.#devices.delete(node);
    if (gone === undefined) return;
    this.#forget(node);
    gone.device.letGo();
    gone.alarm.set(null);
    this.#options.log(`input ${gone.name} (/dev/input/${node}, libinput) was removed`);
  }

  async #takeOver(why: string): Promise<void> {
    this.#options.log(`input: libinput failed, evdev takes over: ${why}`);
    this.#evdev.close();
    for (const node of [...this.#devices.keys()]) this.#remove(node);
    // A device that is still held cannot be grabbed.
    await this.#end();
    if (!this.#closed) this.#evdev = watchEvdev(this.#options);
  }

  async #end(): Promise<void> {
    this.#over = true;
    this.#watch.close();
    await this.#libinput.close();
  }
}
