import type { UsbChange, UsbPartition, UsbState } from "../../domain/usb.ts";
import type { Model } from "../model.ts";
import { known } from "../readings.ts";
import { sizeText, text } from "../texts.ts";

export function usbOf(model: Model): UsbState | null {
  return known(model, { service: "usb" });
}

/** Whether a computer may be reading or writing a partition now, so that nothing is to end by itself. */
export function isGivenAway(model: Model): boolean {
  return (usbOf(model)?.offer.storage ?? null) !== null;
}

/** What a partition is called: its label, else its node. */
export function nameOfPartition({ device, label }: UsbPartition): string {
  return label === null || label === "" ? device : label;
}

/** "1.2 GB, ext4" */
export function contentOf({ bytes, content }: UsbPartition): string {
  return text("usb.content", { size: sizeText(bytes), content: content ?? text("usb.content.unknown") });
}

/** What a change did, as a sentence. */
export function usbDone(change: UsbChange): string {
  if (change.kind === "export")
    return text(change.writable ? "usb.done.read-write" : "usb.done.read-only", { device: change.device });
  if (change.kind === "take-back") return text("usb.done.take-back");
  return text(`usb.done.${change.kind}.${change.on ? "on" : "off"}`);
}
