import { closeSync, constants, openSync } from "node:fs";
import { codeOf, HoldfastError, messageOf } from "../domain/errors.ts";
import {
  CONSOLE,
  changeSteps,
  GADGET_ADDRESS,
  GADGET_CONFIG,
  GADGET_FOLDERS,
  GADGET_MODULES,
  NETWORK,
  SHELL,
  teardownSteps,
} from "../domain/gadget.ts";
import { isNothing, NO_OFFER, type UsbExport, type UsbOffer } from "../domain/usb.ts";
import {
  carryOut,
  carryOutAll,
  functionFact,
  gadgetTree,
  hasGadget,
  isConnected,
  lineOfFunction,
  machineSerial,
  prepareGadgets,
  usbController,
} from "../linux/gadget.ts";
import { LineShell } from "../linux/line-shell.ts";
import { runScript } from "../linux/script.ts";

const IP_MS = 5000;

/** Takes away what a menu offered at the USB port, also one that died. Cheap where there is nothing. */
export async function withdrawOffer(): Promise<void> {
  if (!hasGadget()) return;
  await carryOutAll(teardownSteps(gadgetTree(GADGET_CONFIG, GADGET_FOLDERS)));
}

/** The USB port of this machine as a device: what it offers to a computer, one change after the other. */
export class UsbPort {
  #offer: UsbOffer = NO_OFFER;
  /** Keeps the kernel from mounting what a computer has. */
  #claim: number | null = null;
  #shell: LineShell | null = null;
  #changes: Promise<void> = Promise.resolve();

  get offer(): UsbOffer {
    return this.#offer;
  }

  get controller(): string | null {
    return usbController();
  }

  get connected(): boolean {
    const { controller } = this;
    return controller !== null && !isNothing(this.#offer) && isConnected(controller);
  }

  /** The serial line that the menu itself has there, such as "/dev/ttyGS0"; null when it is not offered. */
  get consoleLine(): string | null {
    return lineOfFunction(CONSOLE);
  }

  /**
   * Offers something else. When that fails, what was offered before is again, or nothing.
   * @throws HoldfastError `noDevice` without a controller, `refused` when the partition is in use.
   */
  change(to: UsbOffer): Promise<void> {
    const done = this.#changes.then(() => this.#change(to));
    this.#changes = done.catch(() => {});
    return done;
  }

  /** Takes everything away; the consoles on its lines are closed by then. */
  async close(): Promise<void> {
    await this.#changes;
    this.#shell?.end();
    this.#shell = null;
    await withdrawOffer();
    this.#release();
    this.#offer = NO_OFFER;
  }

  async #change(to: UsbOffer): Promise<void> {
    const from = this.#offer;
    await prepareGadgets(GADGET_MODULES);
    // What a menu that died left behind is not known well enough to go on with.
    if (isNothing(from)) await withdrawOffer();
    const { controller } = this;
    if (controller === null) {
      throw new HoldfastError("noDevice", "This device has no free USB port that could be one of a device.");
    }
    if (!to.shell) this.#endShell();
    const isNew =
      to.storage?.device !== from.storage?.device || to.storage?.writable !== from.storage?.writable;
    // The same partition in another way: the kernel lets nobody hold it twice.
    if (isNew && to.storage?.device === from.storage?.device) this.#release();
    const claim = isNew && to.storage !== null ? claimed(to.storage) : null;
    try {
      await this.#carryOut(from, to, controller);
    } catch (error) {
      if (claim !== null) closeSync(claim);
      await this.#startAgain(from, controller);
      throw new HoldfastError("system", `The USB port could not be set up: ${messageOf(error)}`, {
        cause: error,
      });
    }
    if (isNew) {
      this.#release();
      this.#claim = claim;
    }
    this.#offer = to;
    await this.#serve(to);
  }

  async #carryOut(from: UsbOffer, to: UsbOffer, controller: string): Promise<void> {
    if (isNothing(to)) await withdrawOffer();
    else await carryOut(changeSteps(from, to, { controller, serial: machineSerial() ?? "holdfast" }));
  }

  /** After a step that failed: nothing is offered, then what was. */
  async #startAgain(from: UsbOffer, controller: string): Promise<void> {
    this.#endShell();
    try {
      await withdrawOffer();
      if (from.storage !== null) this.#claim ??= claimed(from.storage);
      await this.#carryOut(NO_OFFER, from, controller);
      await this.#serve(from);
    } catch {
      await withdrawOffer().catch(() => {});
      this.#release();
      this.#offer = NO_OFFER;
    }
  }

  /** What this machine does itself at the other end of the functions. */
  async #serve(to: UsbOffer): Promise<void> {
    const line = to.shell ? lineOfFunction(SHELL) : null;
    if (line !== null) this.#shell ??= new LineShell(line);
    const name = to.network ? functionFact(NETWORK, "ifname") : null;
    if (name === null) return;
    for (const words of [
      ["address", "replace", GADGET_ADDRESS, "dev", name],
      ["link", "set", name, "up"],
    ]) {
      const { code, stderr } = await runScript("ip", words, { timeoutMs: IP_MS, env: {} });
      if (code !== 0) throw new HoldfastError("system", `ip ${words.join(" ")} failed: ${stderr.trim()}`);
    }
  }

  #endShell(): void {
    this.#shell?.end();
    this.#shell = null;
  }

  #release(): void {
    if (this.#claim !== null) closeSync(this.#claim);
    this.#claim = null;
  }
}

/**
 * Holds a partition so that nobody can mount it as long as a computer has it: Linux gives a block device to one
 * holder only (O_EXCL, open(2)).
 */
function claimed({ device, writable }: UsbExport): number {
  try {
    return openSync(device, (writable ? constants.O_RDWR : constants.O_RDONLY) | constants.O_EXCL);
  } catch (error) {
    const why = codeOf(error) === "EBUSY" ? "it is in use" : messageOf(error);
    throw new HoldfastError("refused", `${device} cannot be given to a computer: ${why}.`, { cause: error });
  }
}
