import { existsSync, readdirSync } from "node:fs";
import { messageOf } from "../../domain/errors.ts";
import { Libinput } from "../../linux/libinput.ts";
import type { LibinputEvent } from "../../linux/libinput-event.ts";
import type { Watch } from "../../linux/syscalls.ts";
import { Alarm } from "../alarm.ts";
import { type EvdevWatching, watchEvdev } from "../evdev/watch.ts";
import type { InputOptions } from "../options.ts";
import { LibinputDevice } from "./device.ts";

/** udevd listens here while it runs. */
const UDEV = "/run/udev/control";

/** Why the system's libinput cannot be used; null where it may be there. */
export function libinputObstacle(root = "/"): string | null {
  if (!existsSync(`${root}${UDEV}`)) return "udev does not run";
  const libraries = existsSync(`${root}/lib`) ? readdirSync(`${root}/lib`) : [];
  // Holdfast has the GNU library with it, and no process has two C libraries.
  return libraries.some((name) => name.startsWith("ld-musl-")) ? "the system's C library is musl" : null;
}

/**
 * Reads every device that libinput takes through it, and the others, such as gamepads and knobs, by evdev. Throws where
 * there is no libinput; where it fails later, evdev takes over.
 */
export function watchLibinput(options: InputOptions): Watch {
  return new LibinputWatch(options);
}

class LibinputWatch implements Watch {
  readonly #options: InputOptions;
  readonly #devices = new Map<string, { device: LibinputDevice; alarm: Alarm; name: string }>();
  /** Nodes that libinput left to others. */
  readonly #refused = new Set<string>();
  readonly #libinput: Libinput;
  readonly #watch: Watch;
  #evdev: EvdevWatching | null = null;
  /** libinput is not asked any more. */
  #over = false;
  #closed = false;

  constructor(options: InputOptions) {
    this.#options = options;
    this.#libinput = new Libinput({
      onRefused: (node) => this.#leave(node),
      log: options.log,
    });
    this.#watch = this.#libinput.watch(() => this.#read());
    // What was found at the start waits before anything is ready to be read.
    this.#read();
  }

  close(): void {
    this.#closed = true;
    this.#evdev?.close();
    for (const { alarm } of this.#devices.values()) alarm.set(null);
    if (!this.#over) void this.#end();
  }

  /** The node is evdev's until its device is gone; another one there is asked about anew. */
  #leave(node: string): void {
    if (this.#over) return;
    this.#refused.add(node);
    this.#evdev ??= watchEvdev(this.#options, {
      takes: (each) => this.#refused.has(each),
      onGone: (each) => this.#refused.delete(each),
    });
    this.#evdev.lookAgain();
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
    gone.device.letGo();
    gone.alarm.set(null);
    this.#options.log(`input ${gone.name} (/dev/input/${node}, libinput) was removed`);
  }

  async #takeOver(why: string): Promise<void> {
    this.#options.log(`input: libinput failed, evdev takes over: ${why}`);
    this.#evdev?.close();
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
