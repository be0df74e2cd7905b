import type { ResetProgress } from "../domain/reset.ts";
import { withoutSlots } from "../domain/status.ts";
import type { DisplayChoice } from "./display.ts";
import { HOME, openMenu } from "./model.ts";
import { progressView, view } from "./show.ts";
import { speaking } from "./texts.ts";
import type { View } from "./view.ts";

/** A boot that carries out a reset has not looked at its slots yet. */
const NO_SLOTS = withoutSlots({ code: "default", text: "" }, []);

/** The screen of a reset that a boot carries out, without a menu around it: nothing can be chosen. */
export function resetView(
  progress: ResetProgress | null,
  { display, footer }: { readonly display: DisplayChoice; readonly footer: string },
): View {
  const model = openMenu({ status: NO_SLOTS, reason: null, countdownSeconds: 0, footer, display });
  const shown = view({ ...model, stack: [HOME, { ...HOME, screen: "progress" }] });
  return { ...shown, progress: speaking(display.locale, () => progressView(progress)), hint: "" };
}
