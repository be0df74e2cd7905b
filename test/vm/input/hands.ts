import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { run } from "../../../src/build/run.ts";
import type { Machine } from "../machine.ts";
import { until } from "../until.ts";
import type { Gesture, InputDevice } from "./device.ts";

const PROGRAM = "/usr/bin/uinput-hands";

/** The program of uinput.c, where a machine has it. */
export function uinputProgram(folder: string): Record<string, Buffer> {
  const out = `${folder}/uinput-hands`;
  run("gcc", ["-static", "-O1", "-Wall", "-Werror", "-o", out, `${import.meta.dirname}/uinput.c`]);
  return { [PROGRAM.slice(1)]: readFileSync(out) };
}

/** Milliseconds in which the menu finds a device that is plugged in; it grabs it and says so in its log. */
const FOUND_WITHIN = 10_000;

/** Plugs a device in and does everything that is known of it. */
export async function tryOut(machine: Machine, device: InputDevice): Promise<Hands> {
  const hands = await Hands.plugIn(machine, device);
  for (const gesture of device.gestures)
    expect(await hands.does(gesture), `${device.name}: ${gesture.what}`).toEqual(gesture.intents);
  return hands;
}

/** How many were plugged in: each has a pipe of its own, also where names are the same. */
let plugged = 0;

/** A device of uinput that is plugged into a machine until `pullOut`. */
export class Hands {
  readonly #machine: Machine;
  readonly #pipe: string;
  readonly #name: string;

  private constructor(machine: Machine, name: string, pipe: string) {
    this.#machine = machine;
    this.#name = name;
    this.#pipe = pipe;
  }

  /** Plugs a device in and waits until the menu listens to it. */
  static async plugIn(machine: Machine, device: InputDevice): Promise<Hands> {
    plugged += 1;
    const pipe = `/run/uinput-${plugged}`;
    const hands = new Hands(machine, device.name, pipe);
    const { keys, axes, relative = [], properties, switches, name } = device;
    const lines = [
      ...keys.map((code) => `key ${code}`),
      ...Object.entries(axes).map(([code, [least, most]]) => `abs ${code} ${least} ${most}`),
      ...relative.map((code) => `rel ${code}`),
      ...properties.map((code) => `prop ${code}`),
      ...switches.map((code) => `switch ${code}`),
      `create ${name}`,
    ];
    // The shell keeps the pipe open for writing, so that the device stays between two gestures.
    await machine.agent.output(
      `mkfifo ${pipe}; (${PROGRAM} <${pipe} >${pipe}.out 2>&1 &); (sleep 600 >${pipe} 2>/dev/null & echo $! >${pipe}.pid)`,
    );
    const before = await hands.#told("listens");
    await hands.#send(lines);
    const listens = async () => (await hands.#told("listens")) > before;
    await until(listens, {
      what: `the menu listens to ${name}`,
      timeout: FOUND_WITHIN,
      describe: () => machine.terminal.describe(),
    });
    return hands;
  }

  /** Does a gesture, and answers the intents that came of it. */
  async does({ events, intents, what }: Gesture): Promise<string[]> {
    const before = intentsOf(await this.#log()).length;
    await this.#send(
      events.map((event) => (typeof event === "number" ? `wait ${event}` : `e ${event.join(" ")}`)),
    );
    const length = events.reduce<number>((sum, event) => sum + (typeof event === "number" ? event : 0), 0);
    let seen: string[] = [];
    const started = Date.now();
    const look = async () => {
      seen = intentsOf(await this.#log()).slice(before);
      // What shall do nothing is given the time to do something.
      return seen.length >= intents.length && (intents.length > 0 || Date.now() - started > length + 700);
    };
    await until(look, { what, timeout: 10_000, describe: () => `intents: ${seen.join()}` });
    return seen;
  }

  async pullOut(): Promise<void> {
    const before = await this.#told("removed");
    await this.#machine.agent.output(`kill $(cat ${this.#pipe}.pid)`);
    await until(async () => (await this.#told("removed")) > before, {
      what: `${this.#name} is gone`,
      timeout: FOUND_WITHIN,
      describe: () => this.#machine.terminal.describe(),
    });
  }

  /** How often the menu's log says that of a device of this name. */
  async #told(what: "listens" | "removed"): Promise<number> {
    const lines = (await this.#log()).split("\n").filter((line) => line.includes(`input ${this.#name} (`));
    return lines.filter((line) => line.endsWith("was removed") === (what === "removed")).length;
  }

  async #send(lines: readonly string[]): Promise<void> {
    await this.#machine.agent.output(`cat >${this.#pipe} <<'EOF'\n${lines.join("\n")}\nEOF`);
  }

  async #log(): Promise<string> {
    return this.#machine.agent.output("cat /run/holdfast/menu.log");
  }
}

/** The intents that came from the panel, by the menu's log. */
export function intentsOf(log: string): string[] {
  return [...log.matchAll(/\] panel: ([a-z-]+)$/gm)].map(([, intent = ""]) => intent);
}
