import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectWithin, Qmp } from "../../src/build/qmp.ts";
import { run } from "../../src/build/run.ts";
import { Agent } from "./agent.ts";
import { ovmfArguments } from "./ovmf.ts";
import { Terminal } from "./terminal.ts";
import { until } from "./until.ts";

/** A PC with real UEFI firmware that boots from a disk of its own; variables last until it is stopped. */
export class EfiMachine {
  readonly terminal: Terminal;
  readonly agent: Agent;
  /** The image that the machine writes to. */
  readonly disk: string;
  readonly #process: ChildProcess;
  readonly #qmp: Qmp;
  readonly #folder: string;

  private constructor(
    folder: string,
    disk: string,
    parts: { process: ChildProcess; qmp: Qmp; lines: Lines },
  ) {
    this.#folder = folder;
    this.disk = disk;
    this.#process = parts.process;
    this.#qmp = parts.qmp;
    this.terminal = parts.lines.terminal;
    this.agent = parts.lines.agent;
  }

  /** Starts the machine with a copy of the disk. */
  static async start(image: string): Promise<EfiMachine> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-efi-vm-"));
    const disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", image, disk]);
    const child = spawn("qemu-system-x86_64", argumentsFor(folder, disk), {
      stdio: ["ignore", "ignore", "inherit"],
    });
    try {
      const qmp = await Qmp.connect(join(folder, "qmp"));
      const machine = new EfiMachine(folder, disk, { process: child, qmp, lines: await linesOf(folder) });
      await qmp.execute("cont");
      return machine;
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Waits until the machine has sent `pattern`; firmware clears the screen, but not what was sent. */
  async waitForLog(pattern: RegExp, timeout = 120_000): Promise<void> {
    const describe = () => this.terminal.describe();
    await until(() => pattern.test(this.terminal.log()), { what: `${pattern}`, timeout, describe });
  }

  /** What the probe inside prints, see efi-probe.ts. */
  async probe<T>(...words: string[]): Promise<T> {
    const command = `node --disable-warning=ExperimentalWarning /probe.js ${words.join(" ")}`;
    const { output } = await this.agent.run(command, 60_000);
    return JSON.parse(output) as T;
  }

  /** Pulls the plug; the disk image goes too. */
  async stop(): Promise<void> {
    this.#qmp.close();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Lines {
  readonly terminal: Terminal;
  readonly agent: Agent;
}

async function linesOf(folder: string): Promise<Lines> {
  const terminal = new Terminal(await connectWithin(join(folder, "ttyS0"), 5000));
  return { terminal, agent: new Agent(await connectWithin(join(folder, "ttyS1"), 5000)) };
}

function argumentsFor(folder: string, disk: string): string[] {
  const kvm = process.env.HOLDFAST_KVM === "1";
  const line = (name: string) => [
    ...["-chardev", `socket,id=${name},path=${join(folder, name)},server=on,wait=off`],
    ...["-serial", `chardev:${name}`],
  ];
  return [
    ...["-machine", "pc", "-accel", kvm ? "kvm" : "tcg,thread=multi"],
    ...["-m", "1024", "-smp", "1", "-nodefaults", "-no-user-config", "-vga", "none", "-display", "none"],
    ...ovmfArguments(folder),
    ...["-drive", `if=none,id=disk,format=raw,file=${disk},cache=unsafe`],
    ...["-device", "virtio-blk-pci,drive=disk"],
    ...[...line("ttyS0"), ...line("ttyS1")],
    ...["-qmp", `unix:${join(folder, "qmp")},server=on,wait=off`, "-S"],
  ];
}
