import type { UsbPartition } from "../../domain/usb.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model, Place } from "../model.ts";
import { sizeText, text } from "../texts.ts";
import { readingBanner } from "./reading-banner.ts";
import { nameOfPartition, usbOf } from "./usb-words.ts";

function partitionOf(model: Model, { device }: Place): UsbPartition | null {
  return usbOf(model)?.partitions.find((each) => each.device === device) ?? null;
}

const READ_ONLY: ItemRule<UsbPartition> = {
  key: "read-only",
  label: () => text("usb.read-only"),
  detail: () => text("usb.read-only.detail"),
  obstacle: ({ refusal }) => (refusal.readOnly === null ? null : text(`usb.refusal.${refusal.readOnly}`)),
  action: ({ device }) => ({
    kind: "ask",
    ask: { service: "changeUsb", change: { kind: "export", device, writable: false } },
  }),
};

/** A computer can change and erase everything on it. */
const READ_WRITE: ItemRule<UsbPartition> = {
  key: "read-write",
  label: () => text("usb.read-write"),
  detail: () => text("usb.read-write.detail"),
  obstacle: ({ refusal }) => (refusal.readWrite === null ? null : text(`usb.refusal.${refusal.readWrite}`)),
  word: () => "word.write",
  action: ({ device }) => ({
    kind: "ask",
    ask: { service: "changeUsb", change: { kind: "export", device, writable: true } },
  }),
};

/** How one partition is given to a computer. */
export const usbExport: Screen = {
  id: "usb-export",
  title: (model, place) => {
    const partition = partitionOf(model, place);
    return partition === null ? (place.device ?? "") : nameOfPartition(partition);
  },
  needs: () => [{ service: "usb" }],
  banner: (model, place) => {
    if (usbOf(model) === null) return readingBanner(model, { service: "usb" });
    const isThere = partitionOf(model, place) !== null;
    return {
      tone: isThere ? "info" : "warning",
      text: text(isThere ? "usb.export.banner" : "usb.export.gone"),
      technical: null,
    };
  },
  facts: (model, place) => {
    const partition = partitionOf(model, place);
    if (partition === null) return [];
    return [
      { label: text("slot.fact.device"), value: partition.device },
      { label: text("compare.row.size"), value: sizeText(partition.bytes) },
      { label: text("usb.fact.content"), value: partition.content ?? text("usb.content.unknown") },
    ];
  },
  items: (model, place) => {
    const partition = model.offered.has("changeUsb") ? partitionOf(model, place) : null;
    return [
      ...(partition === null ? [] : itemsOf([READ_ONLY, READ_WRITE], partition)),
      ...itemsOf([BACK], null),
    ];
  },
  firstFocus: () => "back",
};
