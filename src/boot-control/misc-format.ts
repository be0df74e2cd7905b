import { type MiscTenant, tenantOf } from "../bytes/android-misc.ts";
import { decodeAvbAb, isIntactAvbAb, withAvbSlots } from "../bytes/avb-ab.ts";
import {
  decodeBootloaderControl,
  isIntactControl,
  withBootloaderSlots,
} from "../bytes/bootloader-control.ts";
import type { MiscSlot } from "../bytes/misc-slot.ts";
import { mergeStatusOf, type VirtualAb } from "../bytes/virtual-ab.ts";
import { HoldfastError } from "../domain/errors.ts";
import { AVB_RULE, type MiscRule, UBOOT_RULE } from "./misc-rules.ts";

/** What 32 bytes say. */
export interface MiscContent {
  readonly slots: readonly MiscSlot[];
  readonly update: VirtualAb["status"];
}

/** One of the two formats at byte 2048 of misc, with the rule of the firmware that owns it. */
export interface MiscFormat {
  readonly scheme: "android-misc" | "avb-ab";
  readonly rule: MiscRule;
  decode(bytes: Buffer, where: string): MiscContent;
  /** Whether the CRC holds, so that what is wrong was written on purpose and no second copy helps. */
  isIntact(bytes: Buffer): boolean;
  encode(bytes: Buffer, slots: readonly MiscSlot[]): Buffer;
}

export const BOOTLOADER_CONTROL: MiscFormat = {
  scheme: "android-misc",
  rule: UBOOT_RULE,
  decode: (bytes, where) => {
    const { slots, mergeStatus } = decodeBootloaderControl(bytes, where);
    return { slots, update: mergeStatusOf(mergeStatus) };
  },
  isIntact: isIntactControl,
  encode: withBootloaderSlots,
};

export const AVB_AB: MiscFormat = {
  scheme: "avb-ab",
  rule: AVB_RULE,
  decode: (bytes, where) => ({ slots: decodeAvbAb(bytes, where), update: "none" }),
  isIntact: isIntactAvbAb,
  encode: withAvbSlots,
};

const FORMATS: Record<MiscTenant, MiscFormat> = {
  "bootloader-control": BOOTLOADER_CONTROL,
  "avb-ab": AVB_AB,
};

/** The format by its magic; throws `badStore` where there is neither, for on a guess nothing is written. */
export function formatOf(bytes: Buffer, where: string): MiscFormat {
  const tenant = tenantOf(bytes);
  if (tenant !== null) return FORMATS[tenant];
  const found = bytes.every((byte) => byte === 0) ? "nothing but zeros" : bytes.toString("hex", 0, 8);
  throw new HoldfastError(
    "badStore",
    `${where}: ${found}; "\\0AB0", or "BCAB" four bytes on, would be right`,
    {
      next: "check that this is the misc partition of an A/B device; some bootloaders write it at their first start",
    },
  );
}
