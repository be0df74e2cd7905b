import { setTimeout as pause } from "node:timers/promises";
import type { Qmp } from "./qmp.ts";

/** Keys by QEMU's names (qapi/ui.json, QKeyCode). */
export type Key = "volumedown" | "volumeup" | "power" | "ret" | "up" | "down" | "esc";

/** Real keyboards repeat a held key about this often, in milliseconds. */
const REPEAT = 100;

/** Keys of the machine's keyboard that somebody holds down. */
export class HeldKeys {
  readonly #qmp: Qmp;
  readonly #held = new Map<Key, NodeJS.Timeout>();

  constructor(qmp: Qmp) {
    this.#qmp = qmp;
  }

  /** Presses a key and keeps it down: its event repeats, so that a driver that starts later sees it too. */
  hold(key: Key): void {
    if (this.#held.has(key)) return;
    const down = () => {
      this.#send(key, true).catch(() => this.#forget(key));
    };
    down();
    this.#held.set(key, setInterval(down, REPEAT));
  }

  async release(key: Key): Promise<void> {
    this.#forget(key);
    await this.#send(key, false);
  }

  /** A short press, as a person makes it. */
  async press(key: Key): Promise<void> {
    await this.#send(key, true);
    await pause(60);
    await this.#send(key, false);
  }

  /** Stops repeating; for the end of the machine. */
  releaseAll(): void {
    for (const key of [...this.#held.keys()]) this.#forget(key);
  }

  #forget(key: Key): void {
    clearInterval(this.#held.get(key));
    this.#held.delete(key);
  }

  async #send(key: Key, down: boolean): Promise<void> {
    const data = { down, key: { type: "qcode", data: key } };
    await this.#qmp.execute("input-send-event", { events: [{ type: "key", data }] });
  }
}
