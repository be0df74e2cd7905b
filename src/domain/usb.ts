/** What the configuration lets a computer have of the partitions. */
export const USB_STORAGE_POLICIES = ["none", "read-only", "read-write"] as const;
export type UsbStoragePolicy = (typeof USB_STORAGE_POLICIES)[number];

/** A partition that a computer sees as a drive. */
export interface UsbExport {
  /** Node such as "/dev/mmcblk0p7". */
  readonly device: string;
  readonly writable: boolean;
}

/** What this device offers at its USB port. */
export interface UsbOffer {
  readonly storage: UsbExport | null;
  readonly network: boolean;
  readonly shell: boolean;
  /** The menu itself, on a serial line. */
  readonly console: boolean;
}

export const NO_OFFER: UsbOffer = { storage: null, network: false, shell: false, console: false };

export function isNothing({ storage, network, shell, console }: UsbOffer): boolean {
  return storage === null && !network && !shell && !console;
}

/** Why something cannot be offered; the menu has a sentence for each. */
export const USB_REFUSALS = [
  "policy",
  "policy-write",
  "mounted",
  "held",
  "slot",
  "starts-from",
  "image",
  "unknown-type",
  "read-only",
] as const;
export type UsbRefusal = (typeof USB_REFUSALS)[number];

export interface UsbPartition {
  readonly device: string;
  readonly label: string | null;
  readonly bytes: number;
  /** What it holds, as knownContent says; null for nothing known. */
  readonly content: string | null;
  /** Why it cannot be offered; null when it can. */
  readonly refusal: { readonly readOnly: UsbRefusal | null; readonly readWrite: UsbRefusal | null };
}

/** The USB port as it is now. */
export interface UsbState {
  /** The controller that makes this machine a device, such as "a600000.usb"; null when there is none. */
  readonly controller: string | null;
  readonly offer: UsbOffer;
  readonly partitions: readonly UsbPartition[];
  /** Why the network or the shell cannot be offered; null when it can. */
  readonly refusal: { readonly network: UsbRefusal | null; readonly shell: UsbRefusal | null };
}

export type UsbChange =
  | { readonly kind: "export"; readonly device: string; readonly writable: boolean }
  | { readonly kind: "take-back" }
  | { readonly kind: "network"; readonly on: boolean }
  | { readonly kind: "shell"; readonly on: boolean };

/** The offer after a change. */
export function changedOffer(offer: UsbOffer, change: UsbChange): UsbOffer {
  switch (change.kind) {
    case "export":
      return { ...offer, storage: { device: change.device, writable: change.writable } };
    case "take-back":
      return { ...offer, storage: null };
    case "network":
      return { ...offer, network: change.on };
    case "shell":
      return { ...offer, shell: change.on };
  }
}
