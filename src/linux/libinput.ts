import ffi from "node:ffi";
import { close, openSync } from "node:fs";
import { constants } from "node:os";
import { basename } from "node:path";
import { grab } from "./evdev.ts";
import { type Handle, LibinputCalls } from "./libinput-calls.ts";
import { type LibinputEvent, readEvent } from "./libinput-event.ts";
import { addressOf } from "./mapping.ts";
import { library } from "./native.ts";
import { type Watch, watchReadable } from "./syscalls.ts";

export interface LibinputHost {
  /** Whether libinput is to have a device; one that it does not get is refused. */
  wants(node: string): boolean;
  /** libinput looked at a device and left it alone, such as a gamepad. */
  onRefused(node: string): void;
  log(line: string): void;
}

/**
 * The system's libinput on every input device of udev's first seat, each grabbed: nothing else acts on its events.
 * Throws where libinput or udev is not there.
 */
export class Libinput {
  readonly #calls = new LibinputCalls();
  readonly #host: LibinputHost;
  readonly #context: Handle;
  /** libinput keeps the address of this structure. */
  readonly #interface: Buffer;
  /** Names of open nodes by descriptor, and of those that libinput took. */
  readonly #open = new Map<number, string>();
  readonly #taken = new Set<string>();
  readonly #closing = new Set<Promise<void>>();

  constructor(host: LibinputHost) {
    this.#host = host;
    this.#interface = this.#callbacks();
    const udev = new ffi.DynamicLibrary("libudev.so.1").getFunction("udev_new", {
      arguments: [],
      return: "pointer",
    })() as bigint;
    const context = addressOf(this.#interface);
    this.#context = this.#calls.handle("libinput_udev_create_context", context, 0n, udev);
    if (this.#context === 0n) throw new Error("libinput_udev_create_context failed");
    const seat = Buffer.from("seat0\0");
    if (this.#calls.number("libinput_udev_assign_seat", this.#context, addressOf(seat)) < 0) {
      void this.close();
      throw new Error("libinput_udev_assign_seat failed");
    }
  }

  watch(onReadable: () => void): Watch {
    return watchReadable(this.#calls.number("libinput_get_fd", this.#context), onReadable);
  }

  /** Everything that is waiting. Throws when libinput cannot go on. */
  read(): LibinputEvent[] {
    const failed = this.#calls.number("libinput_dispatch", this.#context);
    if (failed < 0) throw new Error(`libinput_dispatch answered ${failed}`);
    const events: LibinputEvent[] = [];
    for (;;) {
      const event = this.#calls.handle("libinput_get_event", this.#context);
      if (event === 0n) return events;
      for (const read of readEvent(this.#calls, event)) {
        this.#note(read, event);
        events.push(read);
      }
      this.#calls.nothing("libinput_event_destroy", event);
    }
  }

  /** Lets go of every device; resolves when they are free for others. */
  async close(): Promise<void> {
    this.#calls.handle("libinput_unref", this.#context);
    await Promise.all(this.#closing);
  }

  #note({ kind, node }: LibinputEvent, event: Handle): void {
    if (kind === "removed") this.#taken.delete(node);
    if (kind !== "added") return;
    this.#taken.add(node);
    const device = this.#calls.handle("libinput_event_get_device", event);
    // On a touchpad a short touch is a click: its button may be one that nobody finds.
    if (this.#calls.number("libinput_device_config_tap_get_finger_count", device) > 0)
      this.#calls.number("libinput_device_config_tap_set_enabled", device, 1);
  }

  /** struct libinput_interface: open_restricted and close_restricted. */
  #callbacks(): Buffer {
    const opens = library.registerCallback(
      { arguments: ["pointer", "int32", "pointer"], return: "int32" },
      (path: bigint, flags: number) => this.#openNode(ffi.toString(path) ?? "", flags),
    );
    const closes = library.registerCallback(
      { arguments: ["int32", "pointer"], return: "void" },
      (fd: number) => this.#closeNode(fd),
    );
    const both = Buffer.alloc(16);
    both.writeBigUInt64LE(opens, 0);
    both.writeBigUInt64LE(closes, 8);
    return both;
  }

  /** Answers the descriptor, or the error as a negative number. */
  #openNode(path: string, flags: number): number {
    const node = basename(path);
    if (!this.#host.wants(node)) {
      setImmediate(() => this.#host.onRefused(node));
      return -constants.errno.ENODEV;
    }
    let fd: number;
    try {
      fd = openSync(path, flags);
    } catch (error) {
      return -Math.abs((error as NodeJS.ErrnoException).errno ?? constants.errno.ENODEV);
    }
    this.#open.set(fd, node);
    try {
      grab(fd, path);
    } catch {
      this.#host.log(`input ${path} is held by another program`);
    }
    return fd;
  }

  #closeNode(fd: number): void {
    const node = this.#open.get(fd) ?? "";
    this.#open.delete(fd);
    // A device that was pulled out is one of those until its event is read.
    const wasTaken = this.#taken.has(node);
    // In the background: the kernel takes 30 to 60 ms over it. Whoever reads it instead can grab it only then.
    const closing = new Promise<void>((resolve) => close(fd, () => resolve())).then(() => {
      this.#closing.delete(closing);
      if (!wasTaken) this.#host.onRefused(node);
    });
    this.#closing.add(closing);
  }
}
