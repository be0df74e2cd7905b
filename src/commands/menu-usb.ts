import type { Config } from "../config/schema.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { NO_OFFER } from "../domain/usb.ts";
import type { Services } from "../menu/services.ts";
import { isBooting } from "./boot-state.ts";
import type { Device } from "./device.ts";
import type { GlobalOptions } from "./options.ts";
import type { UsbPort } from "./usb-port.ts";

type UsbServices = Partial<Pick<Services, "usb" | "changeUsb" | "usbLink">>;

/** The USB port for as long as a menu is open, in whatever number of sessions. */
export class MenuUsb {
  readonly #config: Config;
  readonly #log: (line: string) => void;
  #port: UsbPort | null = null;

  constructor(config: Config, log: (line: string) => void) {
    this.#config = config;
    this.#log = log;
  }

  /** Sets the menu's own serial line up; null, with the reason in the log, when it cannot be had. */
  async openConsole(): Promise<string | null> {
    try {
      const port = await this.#opened();
      await port.change({ ...NO_OFFER, console: true });
      return port.consoleLine;
    } catch (error) {
      this.#log(`usb is left out: ${messageOf(error)}`);
      return null;
    }
  }

  /** What the menu can ask; nothing where neither the configuration nor developer mode allows anything. */
  services(device: Device | null): UsbServices {
    const { usb_storage, usb_network, shell } = this.#config.policy;
    const isDeveloper = device?.developerFlag().flag?.features.includes("shell") ?? false;
    if (usb_storage === "none" && !usb_network && !shell && !isDeveloper) return {};
    const services = async () => {
      const { usbServices } = await import("./usb-service.ts");
      return usbServices(this.#config, device, await this.#opened());
    };
    return {
      usb: async () => (await services()).usb(),
      changeUsb: async (change) => (await services()).changeUsb(change),
      usbLink: async () => this.#port?.connected ?? false,
    };
  }

  /** @throws HoldfastError `refused` while a computer has a partition. */
  refuseWhileGivenAway(): void {
    if ((this.#port?.offer.storage ?? null) === null) return;
    throw new HoldfastError("refused", "A computer at the USB port has a drive of this device.", {
      next: "Take the drive back first.",
    });
  }

  /** Takes everything away from the USB port, once the consoles are closed. Never throws. */
  async close(): Promise<void> {
    try {
      await this.#port?.close();
    } catch (error) {
      this.#log(`the USB port was not given back: ${messageOf(error)}`);
    }
  }

  async #opened(): Promise<UsbPort> {
    const { UsbPort } = await import("./usb-port.ts");
    this.#port ??= new UsbPort();
    return this.#port;
  }
}

/** Null in a running system, whose USB port is its own. */
export function menuUsb(options: GlobalOptions, config: Config, log: (line: string) => void): MenuUsb | null {
  return isBooting(options) ? new MenuUsb(config, log) : null;
}
