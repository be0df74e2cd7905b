import * as z from "zod/mini";
import type { Slot } from "../domain/slot.ts";
import type { DeviceStatus } from "../domain/status.ts";

const CapabilityName = z.enum([
  "triesLeft",
  "triesDone",
  "select",
  "selectViaBootloader",
  "once",
  "markGood",
  "markBad",
  "setTries",
]);

const SlotJson = z.strictObject({
  id: z.string(),
  health: z.enum(["good", "trying", "bad", "empty", "unknown"]),
  priority: z.nullable(z.int()),
  triesLeft: z.nullable(z.int()),
  triesDone: z.nullable(z.int()),
  entry: z.nullable(z.enum(["switch-root", "reboot", "kexec"])),
  identity: z.nullable(z.string()),
  device: z.nullable(z.string()),
  label: z.string(),
  os: z.nullable(z.strictObject({ name: z.string(), version: z.nullable(z.string()) })),
});

/** What `holdfast status --json` prints. Version 1; unknown or not in this scheme is null. */
export const StatusJson = z.strictObject({
  version: z.literal(1),
  scheme: z.string(),
  counting: z.enum(["bootloader", "holdfast"]),
  capabilities: z.array(CapabilityName),
  booted: z.nullable(z.strictObject({ slot: z.string(), certain: z.boolean() })),
  default: z.nullable(z.string()),
  once: z.nullable(z.string()),
  next: z.strictObject({ slot: z.nullable(z.string()), reason: z.string() }),
  slots: z.array(SlotJson),
  developer: z.strictObject({ enabled: z.boolean(), features: z.array(z.string()) }),
  reset: z.nullable(z.strictObject({ scope: z.enum(["settings", "data", "all"]) })),
});
export type StatusJson = z.infer<typeof StatusJson>;

/** The status as scripts read it. */
export function statusJson(status: DeviceStatus): StatusJson {
  const { scheme, counting, capabilities, booted, once, next } = status;
  return {
    version: 1,
    scheme,
    counting,
    capabilities: [...capabilities],
    booted,
    default: status.default,
    once,
    next: { slot: next.slot, reason: next.reason.text },
    slots: status.slots.map(slotJson),
    developer: { enabled: false, features: [] },
    reset: null,
  };
}

function slotJson(slot: Slot): z.infer<typeof SlotJson> {
  const { id, health, priority, triesLeft, triesDone, entry, identity, device, label, os } = slot;
  return { id, health, priority, triesLeft, triesDone, entry, identity, device, label, os };
}
