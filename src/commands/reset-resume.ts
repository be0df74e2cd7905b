import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import { printError } from "../linux/output.ts";
import { resumeReset } from "../state/reset/resume.ts";
import { resetOf } from "./boot-reset.ts";
import { isBooting } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { resetPlace, slotsOf } from "./reset-place.ts";
import { writeResetRecord } from "./reset-record.ts";
import { ResetScreen } from "./reset-screen.ts";

/**
 * On the way through a boot: finishes a reset that was cut short, or carries out one that was asked for. Exit 0:
 * the state partition may be used; anything else: it may be half erased, and nobody may have it.
 */
export async function resumeAtBoot(options: GlobalOptions): Promise<ExitCode> {
  if (!isBooting(options)) {
    throw new HoldfastError("refused", "Only a boot finishes a reset, before its root is entered.", {
      next: "Ask for it at the next start: holdfast reset --next-boot.",
    });
  }
  const { config, readOnly } = configurationFor(options, { tolerant: true });
  if (readOnly !== null) throw new HoldfastError("refused", `Nothing is reset: ${readOnly.text}`);
  const device = await deviceIfAny(options);
  const place = await resetPlace(options, config, slotsOf(device));
  if (place === null) return ExitCode.done;
  const screen = new ResetScreen(options);
  const found = await resumeReset(place, {
    config: config.reset,
    root: options.root,
    request: resetOf((await device?.requests.waiting()) ?? null),
    clearRequest: async () => device?.requests.clear(),
    tell: (progress) => screen.tell(progress),
  }).finally(() => screen.close());
  for (const sentence of found.said) printError(`holdfast: ${sentence}\n`);
  if (found.receipt !== null) writeResetRecord(runDirOf(options), found.receipt);
  return found.usable ? ExitCode.done : ExitCode.internal;
}

/** The device with its slots, which no reset may touch; those of the configuration are known without. */
export async function deviceIfAny(options: GlobalOptions): Promise<Device | null> {
  try {
    const { openDevice } = await import("./device.ts");
    return await openDevice(options, { tolerant: true });
  } catch (error) {
    printError(`holdfast: ${messageOf(error)}\n`);
    return null;
  }
}
