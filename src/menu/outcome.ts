import type { RestartTarget } from "../domain/restart.ts";

/** What a finished menu asks for. */
export type MenuOutcome =
  /** `safe`: this time without extensions and without the writable layer. */
  | { readonly kind: "enter"; readonly slot: string; readonly safe?: true }
  /** `system` is the key of a system of another family, `title` what a person knows it by. */
  | { readonly kind: "enter-system"; readonly system: string; readonly title: string }
  /** `slot` is the one that a restart into the system is for; null for whatever starts next. */
  | { readonly kind: "reboot"; readonly slot: string | null; readonly target: RestartTarget }
  /** `because` is missing where a person chose it. */
  | { readonly kind: "power-off"; readonly because?: "battery-empty" | "nobody-there" }
  /** Nobody chose, and the menu cannot name the slot: an ordinary boot is to decide without it. */
  | { readonly kind: "unattended" };
