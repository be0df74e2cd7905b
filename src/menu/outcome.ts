/** What a finished menu asks for. */
export type MenuOutcome =
  | { readonly kind: "enter"; readonly slot: string }
  | { readonly kind: "reboot"; readonly slot: string | null }
  | { readonly kind: "power-off" }
  /** Nobody chose, and the menu cannot name the slot: an ordinary boot is to decide without it. */
  | { readonly kind: "unattended" };
