import type { Offered } from "../session/ask.ts";
import type { Device } from "./device.ts";

/** What the menu can ask of this device. Without one there is nothing to ask. */
export function menuServices(device: Device | null): Offered {
  if (device === null) return {};
  return {
    apply: (change, from) => device.apply(change, from),
    repairs: () => device.repairs(),
    async repair() {
      const done = await device.repair();
      return { done, status: await device.status() };
    },
  };
}
