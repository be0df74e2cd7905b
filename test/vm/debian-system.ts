import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { run } from "../../src/build/run.ts";
import { type DebianMachine, type DebianOptions, debianMachine } from "./debian-machine.ts";
import { EfiMachine } from "./efi-machine.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import type { BootRecord } from "./real-root.ts";
import { until } from "./until.ts";

/** Milliseconds for a start with all its units. */
export const START = 120_000;

export interface StartOptions {
  /** Words of the kernel command line besides those of every machine. */
  readonly words: readonly string[];
  /** Changes the disk before the first start. */
  readonly prepare?: (disk: string) => void;
  readonly panel?: MachineOptions["panel"];
  /** In MiB. */
  readonly memory?: number;
  /** A command that succeeds when the init's start is done; systemd's when missing. */
  readonly done?: string;
  /** In place of the one that this Debian makes for itself. */
  readonly initramfs?: string;
}

/** A Debian of the tests in a machine. */
export class DebianSystem<M extends Machine | EfiMachine = Machine> {
  readonly machine: M;
  readonly disk: string;
  readonly #folder: string | null;
  readonly #done: string;
  /** What Linux calls the start that was seen last. */
  #bootId = "";

  private constructor(machine: M, disk: string, folder: string | null, done = SYSTEMD_DONE) {
    this.#done = done;
    this.machine = machine;
    this.disk = disk;
    this.#folder = folder;
  }

  /** A Debian with two slots, on a copy of its disk. */
  static async start(options: DebianOptions & StartOptions): Promise<DebianSystem> {
    const parts = await debianMachine(options);
    const folder = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
    const disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.disk, disk]);
    options.prepare?.(disk);
    const initramfs = options.initramfs ?? parts.initramfs;
    return DebianSystem.startWith({ ...parts, initramfs, disk }, options, folder);
  }

  /** With kernel and initramfs handed to the machine, as most bootloaders do it; `folder` goes away with it. */
  static async startWith(
    parts: Pick<DebianMachine, "kernel" | "initramfs" | "disk">,
    { done, ...options }: Pick<StartOptions, "words" | "panel" | "memory" | "done">,
    folder: string | null = null,
  ): Promise<DebianSystem> {
    const { words, panel, memory } = options;
    const machine = await Machine.start({
      ...parts,
      words,
      ...(panel === undefined ? {} : { panel }),
      ...(memory === undefined ? {} : { memory }),
    });
    return new DebianSystem(machine, parts.disk, folder, done);
  }

  /** By firmware and the bootloader on that disk. */
  static async startEfi(image: string): Promise<DebianSystem<EfiMachine>> {
    const machine = await EfiMachine.start(image);
    // What the agent is asked before Linux runs would be keys for the firmware, and bring up its menus.
    await machine.waitForLog(/Reached target/, START);
    return new DebianSystem(machine, machine.disk, null);
  }

  /** Waits until Debian has started anew and its units are done. */
  async running(): Promise<void> {
    const { agent, terminal } = this.machine;
    const wait = { timeout: START, interval: 1000, describe: () => terminal.describe() };
    // One that is being shut down answers too, and the one that is started only from its agent on.
    const isNew = async () => {
      const { output } = await agent.run("cat /proc/sys/kernel/random/boot_id", 2000).catch(() => NO_ANSWER);
      if (output === "" || output === this.#bootId) return false;
      this.#bootId = output;
      return true;
    };
    await until(isNew, { what: "a new start of Debian", ...wait });
    const isDone = async () => {
      const { code } = await agent.run(this.#done, 60_000).catch(() => NO_ANSWER);
      return code === 0;
    };
    await until(isDone, { what: "the end of the start", ...wait });
  }

  /** Waits like `running` for a start of that slot; answers boot.json. */
  async started(slot: string): Promise<BootRecord> {
    await this.running();
    const record = JSON.parse(await this.output("cat /run/holdfast/boot.json")) as BootRecord;
    expect(record.slot).toBe(slot);
    return record;
  }

  /** Starts the machine again as its user would. */
  async restart(command = "systemctl reboot"): Promise<void> {
    // The agent goes away with the system, often before it answered.
    await this.machine.agent.run(command, 3000).catch(() => NO_ANSWER);
  }

  /** Starts the machine again with volume-down held, until the menu is there and says so. */
  async restartIntoMenu(this: DebianSystem): Promise<void> {
    const { keys, terminal } = this.machine;
    keys.hold("volumedown");
    await this.restart();
    await terminal.waitFor(/Boot menu/, START);
    await terminal.waitFor(/Volume down was held/);
    await keys.release("volumedown");
  }

  /** The output of a command that must succeed. */
  output(command: string): Promise<string> {
    return this.machine.agent.output(command);
  }

  /** Exit code of a command. */
  async code(command: string): Promise<number> {
    return (await this.machine.agent.run(command)).code;
  }

  /** What systemd says of a unit: active, inactive, failed. */
  async stateOf(unit: string): Promise<string> {
    return (await this.output(`systemctl show -P ActiveState ${unit}`)).trim();
  }

  /** Pulls the plug; a disk of its own goes too. */
  async stop(): Promise<void> {
    await this.machine.stop();
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }
}

const SYSTEMD_DONE = "systemctl list-jobs | grep -q 'No jobs'";
const NO_ANSWER = { code: -1, output: "" };
