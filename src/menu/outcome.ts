import type { RestartTarget } from "../domain/restart.ts";

/** What a finished menu asks for. */
export type MenuOutcome =
  | { readonly kind: "enter"; readonly slot: string }
  /** `slot` is the one that a restart into the system is for; null for whatever starts next. */
  | { readonly kind: "reboot"; readonly slot: string | null; readonly target: RestartTarget }
  | { readonly kind: "power-off" }
  /** Nobody chose, and the menu cannot name the slot: an ordinary boot is to decide without it. */
  | { readonly kind: "unattended" };
