import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../domain/errors.ts";
import type { Surface } from "./surface.ts";

/** A real display driver that takes over from the firmware's needs a moment. */
const REOPEN = { every: 100, times: 100, later: 2000 } as const;

/** Opens a screen that is gone as soon as it is back, however long that takes; null where `signal` ends the wait. */
export async function screenAgain(
  open: () => Promise<Surface> | Surface,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Surface | null> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await open();
    } catch (error) {
      if (attempt === REOPEN.times) log(messageOf(error));
      const wait = attempt < REOPEN.times ? REOPEN.every : REOPEN.later;
      await sleep(wait, undefined, { signal, ref: false }).catch(() => {});
    }
  }
  return null;
}
