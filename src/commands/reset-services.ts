import { HoldfastError } from "../domain/errors.ts";
import type { ResetPreview, ResetProgress, ResetReceipt, ResetScope } from "../domain/reset.ts";
import { resetIsFinished } from "./boot-reset.ts";
import { forgetState, openBootState } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { neededResetPlace, slotsOf } from "./reset-place.ts";
import { writeResetRecord } from "./reset-record.ts";

/** What the menu asks of a factory reset; see `Services`. */
export interface ResetServices {
  previewReset(scope: ResetScope): Promise<ResetPreview>;
  reset(preview: ResetPreview, from: string, tell: (progress: ResetProgress) => void): Promise<ResetReceipt>;
}

/** The services of a device in the initramfs, where the reset is carried out at once; also without slots. */
export function resetServices(options: GlobalOptions, device: Device | null): ResetServices {
  const place = () => {
    const { config, readOnly } = configurationFor(options, { tolerant: true });
    const why = readOnly ?? device?.readOnly ?? null;
    if (why !== null) throw new HoldfastError("refused", `Nothing is reset: ${why.text}`);
    return neededResetPlace(options, config, slotsOf(device));
  };
  // Most menus are left without a reset.
  const steps = () => import("../state/reset/arm.ts");
  return {
    previewReset: async (scope) => (await steps()).previewReset(await place(), scope),
    reset: async (preview, _from, tell) => {
      const request = { id: crypto.randomUUID(), scope: preview.scope, origin: "menu" } as const;
      try {
        const receipt = await (await steps()).resetNow(await place(), preview, request, tell);
        writeResetRecord(runDirOf(options), receipt);
        resetIsFinished(options);
        return receipt;
      } finally {
        await reopenState(options);
      }
    },
  };
}

/** For what the menu and the boot do next: the fresh state, or none when a reset that failed left it half erased. */
export async function reopenState(options: GlobalOptions): Promise<void> {
  forgetState(options);
  await openBootState(options, configurationFor(options, { tolerant: true }));
}
