import * as z from "zod/mini";
import type { DeveloperFlag } from "../domain/developer-flag.ts";
import { RESET_ORIGINS, RESET_SCOPES, type ResetReceipt } from "../domain/reset.ts";
import type { Slot } from "../domain/slot.ts";
import type { StateReport } from "../domain/state-report.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { type Keeping, NOT_OURS } from "./keeping.ts";

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
  /** The slot that this start entered, with the code of the reason and its sentence; null where Holdfast entered none. */
  start: z.nullable(z.strictObject({ slot: z.string(), code: z.string(), reason: z.string() })),
  slots: z.array(SlotJson),
  developer: z.strictObject({ enabled: z.boolean(), features: z.array(z.string()) }),
  /** The reset that the next start carries out; null when none was asked for. */
  reset: z.nullable(
    z.strictObject({ id: z.string(), scope: z.enum(RESET_SCOPES), origin: z.enum(RESET_ORIGINS) }),
  ),
  /** What /state is; null where it is not this system's own, as with a disk image. */
  state: z.nullable(
    z.strictObject({
      kind: z.enum(["partition", "temporary", "none", "unusable"]),
      device: z.nullable(z.string()),
      fstype: z.nullable(z.string()),
      size: z.nullable(z.number()),
      free: z.nullable(z.number()),
      encrypted: z.nullable(z.strictObject({ open: z.boolean(), problem: z.nullable(z.string()) })),
      problem: z.nullable(z.string()),
    }),
  ),
  /** What the last reset left: null when there was none. */
  receipt: z.nullable(
    z.strictObject({
      scope: z.enum(RESET_SCOPES),
      origin: z.string(),
      time: z.string(),
      seconds: z.number(),
      grade: z.string(),
      attempts: z.int(),
      outcome: z.enum(["done", "failed"]),
      problem: z.nullable(z.string()),
    }),
  ),
});
export type StatusJson = z.infer<typeof StatusJson>;

/** The status as scripts read it. */
export function statusJson(
  status: DeviceStatus,
  keeping: Keeping = NOT_OURS,
  developer: DeveloperFlag | null = null,
): StatusJson {
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
    start: startJson(keeping),
    slots: status.slots.map(slotJson),
    developer: { enabled: developer !== null, features: [...(developer?.features ?? [])] },
    reset: keeping.waiting,
    state: keeping.state === null ? null : stateJson(keeping.state),
    receipt: keeping.receipt === null ? null : receiptJson(keeping.receipt),
  };
}

function startJson({ start }: Keeping): StatusJson["start"] {
  return start === null ? null : { slot: start.slot, code: start.reason.code, reason: start.reason.text };
}

function stateJson(report: StateReport): NonNullable<StatusJson["state"]> {
  const { kind, device, fstype, size, free, problem } = report;
  const { open, problem: why } = report.encrypted ?? { open: false, problem: null };
  const encrypted = report.encrypted === null ? null : { open, problem: why };
  return { kind, device, fstype, size, free, encrypted, problem };
}

function receiptJson(receipt: ResetReceipt): NonNullable<StatusJson["receipt"]> {
  const { scope, origin, time, seconds, grade, attempts, outcome, problem } = receipt;
  return { scope, origin, time, seconds, grade, attempts, outcome, problem };
}

function slotJson(slot: Slot): z.infer<typeof SlotJson> {
  const { id, health, priority, triesLeft, triesDone, entry, identity, device, label, os } = slot;
  return { id, health, priority, triesLeft, triesDone, entry, identity, device, label, os };
}
