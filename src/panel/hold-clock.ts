import { HOLD_MS } from "../menu/confirm.ts";
import type { View } from "../menu/view.ts";

/** What the menu counts is believed where the panel's own clock is off by more than this share. */
const DRIFT = 0.1;

/** How much of a hold is over: the menu says it a few times a second, and a ring should fill without steps. */
export class HoldClock {
  #from: { readonly key: string; readonly fraction: number; readonly time: number } | null = null;

  note(hold: View["hold"], time: number): void {
    const now = this.at(time);
    if (hold === null) this.#from = null;
    else if (now === null || now.key !== hold.key || Math.abs(now.fraction - hold.fraction) > DRIFT)
      this.#from = { ...hold, time };
  }

  /** All of its time was used: what ends now ends because it was held long enough. */
  isOver(time: number): boolean {
    return (this.at(time)?.fraction ?? 0) > 1 - DRIFT;
  }

  at(time: number): View["hold"] {
    if (this.#from === null) return null;
    const { key, fraction, time: since } = this.#from;
    return { key, fraction: Math.min(1, fraction + (time - since) / HOLD_MS) };
  }
}
