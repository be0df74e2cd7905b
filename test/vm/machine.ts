import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeldKeys, type Key } from "../../src/build/held-keys.ts";
import { type DisplayDevice, qemuArguments, qemuOf } from "../../src/build/qemu.ts";
import { connectWithin, Qmp } from "../../src/build/qmp.ts";
import { type Arch, HOST } from "../../src/build/target.ts";
import type { Picture } from "../golden/compare.ts";
import { Agent } from "./agent.ts";
import { ovmfArguments } from "./ovmf.ts";
import { parsePpm } from "./picture.ts";
import { Terminal } from "./terminal.ts";
import { until } from "./until.ts";

export interface MachineOptions {
  readonly arch?: Arch;
  readonly kernel: string;
  readonly initramfs: string;
  readonly disk: string;
  readonly words?: readonly string[];
  /** In MiB. */
  readonly memory?: number;
  /** Ends the machine where it would start again, so that a fake bootloader can. */
  readonly endAtReboot?: boolean;
  /** Null for a machine without a framebuffer. */
  readonly panel?: { readonly width: number; readonly height: number } | null;
  readonly display?: DisplayDevice;
  /** A second card besides, virtio-gpu with a panel of this size; see `screenshot`. Its driver is the variant's to have. */
  readonly secondPanel?: { readonly width: number; readonly height: number };
  /** Boots through UEFI firmware instead of a PC's BIOS. */
  readonly efi?: boolean;
  /** Image of a USB stick that is plugged in; its drivers are the variant's to have. */
  readonly stick?: string;
  /** A third serial line, ttyS2; see `Machine.line`. */
  readonly thirdLine?: boolean;
  /** A serial line on USB, ttyUSB0, that can be pulled out and plugged in; its drivers are the variant's to have. */
  readonly usbLine?: "plugged-in" | "away";
  /** Control socket of a swtpm that is the machine's TPM 2.0. */
  readonly tpm?: string;
  /** QEMU's words for parts that only this machine has. */
  readonly devices?: readonly string[];
}

const PHONE = { width: 720, height: 1440 };

function stickArguments(image: string): string[] {
  const drive = `if=none,id=stick,format=raw,file=${image}`;
  return ["-drive", drive, "-device", "usb-storage,drive=stick,removable=on"];
}

const SECOND = "second";

function secondCard({ width, height }: { readonly width: number; readonly height: number }): string[] {
  return ["-device", `virtio-gpu-pci,id=${SECOND},edid=on,xres=${width},yres=${height}`];
}

const USB_LINE = "usb-serial,chardev=ttyUSB0,id=line";

function tpmArguments(socket: string): string[] {
  const backend = ["-chardev", `socket,id=tpm,path=${socket}`, "-tpmdev", "emulator,id=tpm0,chardev=tpm"];
  return [...backend, "-device", "tpm-tis,tpmdev=tpm0"];
}

/** One running QEMU with everything that a person has at hand: screen, keys, touch, a serial terminal. */
export class Machine {
  readonly terminal: Terminal;
  readonly agent: Agent;
  readonly keys: HeldKeys;
  readonly #process: ChildProcess;
  readonly #qmp: Qmp;
  readonly #folder: string;
  /** Lines of this machine besides those of terminal and agent, by name. */
  readonly #lines: ReadonlyMap<string, Terminal>;
  /** Size of the panel in pixels. */
  readonly panel: { readonly width: number; readonly height: number };

  private constructor(parts: {
    process: ChildProcess;
    qmp: Qmp;
    folder: string;
    panel: { readonly width: number; readonly height: number };
    terminal: Terminal;
    agent: Agent;
    lines: ReadonlyMap<string, Terminal>;
  }) {
    this.#process = parts.process;
    this.#qmp = parts.qmp;
    this.#folder = parts.folder;
    this.panel = parts.panel;
    this.terminal = parts.terminal;
    this.agent = parts.agent;
    this.#lines = parts.lines;
    this.keys = new HeldKeys(parts.qmp);
  }

  /** Starts the machine stopped, attaches both serial lines, then lets it run: not one byte is missed. */
  static async start(options: MachineOptions): Promise<Machine> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-vm-"));
    const panel = options.panel === undefined ? PHONE : options.panel;
    const arch = options.arch ?? HOST;
    const line = (name: string) => [
      "-chardev",
      `socket,id=${name},path=${join(folder, name)},server=on,wait=off`,
    ];
    const args = [
      ...qemuArguments({ ...options, arch, words: options.words ?? [], panel, qmp: join(folder, "qmp") }),
      ...[...line("ttyS0"), "-serial", "chardev:ttyS0", ...line("ttyS1")],
      // QEMU's arm64 machine has one serial line of its own.
      ...(arch === "arm64" ? ["-device", "pci-serial,chardev=ttyS1"] : ["-serial", "chardev:ttyS1"]),
      ...(options.thirdLine === true ? [...line("ttyS2"), "-serial", "chardev:ttyS2"] : []),
      ...(options.stick === undefined && options.usbLine === undefined ? [] : ["-device", "qemu-xhci"]),
      ...(options.stick === undefined ? [] : stickArguments(options.stick)),
      ...(options.usbLine === undefined ? [] : line("ttyUSB0")),
      ...(options.usbLine === "plugged-in" ? ["-device", USB_LINE] : []),
      ...(options.secondPanel === undefined ? [] : secondCard(options.secondPanel)),
      ...(options.efi === true ? ovmfArguments(folder) : []),
      ...(options.tpm === undefined ? [] : tpmArguments(options.tpm)),
      ...(options.devices ?? []),
      // A clock that was never set: what the panel shows is the same at any time of the day.
      ...["-rtc", "base=2000-01-01"],
      ...["-display", "none", "-S", ...(options.endAtReboot === true ? ["-no-reboot"] : [])],
    ];
    const child = spawn(qemuOf(arch), args, { stdio: ["ignore", "ignore", "pipe"] });
    const stderr = { text: "" };
    child.stderr.on("data", (bytes: Buffer) => {
      stderr.text += bytes.toString();
    });
    try {
      const qmp = await Qmp.connect(join(folder, "qmp"));
      const terminal = new Terminal(await connectWithin(join(folder, "ttyS0"), 5000));
      const agent = new Agent(await connectWithin(join(folder, "ttyS1"), 5000));
      const lines = new Map<string, Terminal>();
      for (const name of ["ttyS2", "ttyUSB0"]) {
        if (!args.includes(`socket,id=${name},path=${join(folder, name)},server=on,wait=off`)) continue;
        lines.set(name, new Terminal(await connectWithin(join(folder, name), 5000)));
      }
      const process = child;
      const machine = new Machine({ process, qmp, folder, panel: panel ?? PHONE, terminal, agent, lines });
      await qmp.execute("cont");
      return machine;
    } catch (error) {
      child.kill("SIGKILL");
      throw new Error(`QEMU did not start: ${stderr.text}`, { cause: error });
    }
  }

  /** Presses and releases a key, long enough for every layer to see both. */
  async press(key: Key): Promise<void> {
    await this.keys.press(key);
  }

  /** A short touch at a place of the panel, in its pixels. */
  async tap(x: number, y: number): Promise<void> {
    // QEMU's absolute axes run from 0 to 0x7fff over the whole panel (qapi/ui.json, InputMoveEvent).
    const axis = (name: string, pixel: number, size: number) => ({
      type: "abs",
      data: { axis: name, value: Math.round((pixel * 0x7fff) / (size - 1)) },
    });
    const button = (down: boolean) => ({ type: "btn", data: { button: "left", down } });
    const send = (events: unknown[]) => this.#qmp.execute("input-send-event", { events });
    await send([axis("x", x, this.panel.width), axis("y", y, this.panel.height)]);
    await send([button(true)]);
    await send([button(false)]);
  }

  /** What is on the panel now, or on that of the second card. */
  async screenshot(card: "first" | "second" = "first"): Promise<Picture> {
    const file = join(this.#folder, "screen.ppm");
    await this.#qmp.execute("screendump", {
      filename: file,
      ...(card === "first" ? {} : { device: SECOND }),
    });
    return parsePpm(readFileSync(file));
  }

  /** Saves what is on the panel now as a PNG file. */
  async screendump(file: string): Promise<void> {
    await this.#qmp.execute("screendump", { filename: file, format: "png" });
  }

  /** Waits until the panel shows what `holds` accepts, and answers that picture. */
  async waitForPicture(
    what: string,
    holds: (picture: Picture) => boolean,
    timeout = 60_000,
  ): Promise<Picture> {
    let seen = await this.screenshot();
    const look = async () => {
      seen = await this.screenshot();
      return holds(seen);
    };
    const describe = () => this.terminal.describe();
    await until(look, { what, timeout, describe, interval: 200 });
    return seen;
  }

  /** Waits until the machine ended by itself: powered off, or restarted with `endAtReboot`. */
  async waitForEnd(timeout = 90_000): Promise<void> {
    const describe = () => this.terminal.describe();
    await until(() => this.#process.exitCode !== null, { what: "the machine's end", timeout, describe });
  }

  /** The terminal at the end of a line of this machine. */
  line(name: "ttyS2" | "ttyUSB0"): Terminal {
    const found = this.#lines.get(name);
    if (found === undefined) throw new Error(`this machine has no ${name}`);
    return found;
  }

  /** Pulls the serial line on USB out, and plugs it in again. */
  async unplugLine(): Promise<void> {
    await this.#qmp.execute("device_del", { id: "line" });
  }

  async plugLine(): Promise<void> {
    await this.#qmp.execute("device_add", { driver: "usb-serial", chardev: "ttyUSB0", id: "line" });
  }

  /** Ends the machine at once, as pulling the plug does; what it wrote is in the disk image. */
  async stop(): Promise<void> {
    this.keys.releaseAll();
    this.#qmp.close();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Processor time that this machine has taken so far, in seconds: of the host, for all that runs inside. */
  processorSeconds(): number {
    const stat = readFileSync(`/proc/${this.#process.pid}/stat`, "utf8");
    // utime and stime of proc(5), in hundredths; the name before them may have spaces.
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  }

  /** Lets the disk do at most so many operations a second; 0 takes the limit away. */
  async throttleDisk(operations: number): Promise<void> {
    const none = { bps: 0, bps_rd: 0, bps_wr: 0, iops_rd: 0, iops_wr: 0 };
    await this.#qmp.execute("block_set_io_throttle", { device: "disk", ...none, iops: operations });
  }
}
