import { FIRMWARE, ROOTS, STARTS_FROM } from "./needed-to-start.ts";
import type { UsbRefusal, UsbStoragePolicy } from "./usb.ts";

/** Everything about a partition that could keep it from being given to a computer. */
export interface ExportFacts {
  readonly policy: UsbStoragePolicy;
  readonly label: string | null;
  /** GUID of the partition's type, lower case; null where no table tells it. */
  readonly type: string | null;
  /** What it holds, as knownContent says. */
  readonly content: string | null;
  /** Whether it can be pulled out: a USB stick or an SD card. */
  readonly pluggedIn: boolean;
  /** Whether the kernel writes nothing to it. */
  readonly readOnly: boolean;
  readonly mounted: boolean;
  /** Whether another device is built on it, or it is swap. */
  readonly held: boolean;
  /** Whether a slot has its root or its store there. */
  readonly slot: boolean;
}

/** What lies there when the file system is an image that no system writes to, or proves one. */
const IMAGES = new Set(["erofs", "squashfs", "dm-verity hashes"]);

/** Why a partition cannot be given to a computer to read; null when it can. */
export function readRefusal({ policy, mounted, held }: ExportFacts): UsbRefusal | null {
  if (policy === "none") return "policy";
  // What changes under a computer that keeps it in its own cache reads as garbage.
  if (mounted) return "mounted";
  return held ? "held" : null;
}

/** Why it cannot be given to a computer to write: also never what the device starts from. */
export function writeRefusal(facts: ExportFacts): UsbRefusal | null {
  const { policy, type, label, content, pluggedIn } = facts;
  const refusal = readRefusal(facts);
  if (refusal !== null) return refusal;
  if (policy === "read-only") return "policy-write";
  if (facts.readOnly) return "read-only";
  if (facts.slot) return "slot";
  if (content !== null && IMAGES.has(content)) return "image";
  if (FIRMWARE.test(label ?? "")) return "starts-from";
  if (type === null) return pluggedIn ? null : "unknown-type";
  return type in STARTS_FROM || ROOTS.has(type) ? "starts-from" : null;
}
