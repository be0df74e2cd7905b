import type { UsbPartition, UsbState } from "../../domain/usb.ts";
import { BACK, type Item, type ItemRule, itemOf, itemsOf, type Screen } from "../item.ts";
import type { Model } from "../model.ts";
import { known } from "../readings.ts";
import { text } from "../texts.ts";
import type { View } from "../view.ts";
import { readingBanner } from "./reading-banner.ts";
import { contentOf, nameOfPartition, usbOf } from "./usb-words.ts";

const LINK = { service: "usbLink" } as const;

function banner(model: Model): View["banner"] {
  const usb = usbOf(model);
  if (usb === null) return readingBanner(model, { service: "usb" });
  const { controller, offer } = usb;
  if (controller === null) return { tone: "warning", text: text("usb.banner.none"), technical: null };
  const { storage } = offer;
  const link = text(known(model, LINK) === true ? "usb.connected" : "usb.not-connected");
  if (storage === null) return { tone: "info", text: text("usb.banner", { link }), technical: controller };
  const key = storage.writable ? "usb.banner.read-write" : "usb.banner.read-only";
  const tone = storage.writable ? "warning" : "info";
  return { tone, text: text(key, { device: storage.device, link }), technical: controller };
}

const TAKE_BACK: ItemRule<UsbState> = {
  key: "take-back",
  shown: ({ offer }) => offer.storage !== null,
  label: () => text("usb.take-back"),
  detail: ({ offer }) => text(offer.storage?.writable ? "usb.take-back.detail" : "usb.take-back.read"),
  action: () => ({ kind: "ask", ask: { service: "changeUsb", change: { kind: "take-back" } } }),
};

/** A partition with everything that could be said against giving it away. */
function partitionItem(partition: UsbPartition): Item {
  const rule: ItemRule<UsbPartition> = {
    key: `partition:${partition.device}`,
    label: nameOfPartition,
    detail: contentOf,
    obstacle: ({ refusal }) =>
      refusal.readOnly === null
        ? null
        : text("usb.obstacle", {
            content: contentOf(partition),
            why: text(`usb.refusal.${refusal.readOnly}`),
          }),
    action: ({ device }) => ({ kind: "open", place: { screen: "usb-export", slot: null, device } }),
  };
  return itemOf(rule, partition);
}

/** What is on can be turned off, whatever is allowed. */
function toggle(what: "network" | "shell"): ItemRule<UsbState> {
  return {
    key: what,
    shown: ({ refusal, offer }) => refusal[what] === null || offer[what],
    label: () => text(`usb.${what}`),
    detail: () => text(`usb.${what}.detail`),
    control: ({ offer }) => ({ kind: "toggle", on: offer[what] }),
    action: ({ offer }) => ({
      kind: "ask",
      ask: { service: "changeUsb", change: { kind: what, on: !offer[what] } },
    }),
  };
}

function items(model: Model): Item[] {
  const usb = model.offered.has("changeUsb") ? usbOf(model) : null;
  if (usb === null || usb.controller === null) return [];
  return [
    ...itemsOf([TAKE_BACK], usb),
    ...usb.partitions.filter(({ refusal }) => refusal.readOnly !== "policy").map(partitionItem),
    ...itemsOf([toggle("network"), toggle("shell")], usb),
  ];
}

/** What this device offers to a computer at its USB port. */
export const usb: Screen = {
  id: "usb",
  title: () => text("usb.title"),
  needs: () => [{ service: "usb" }, LINK],
  banner,
  items: (model) => [...items(model), ...itemsOf([BACK], null)],
};
