/** What a finished menu asks for. */
export type MenuOutcome =
  | { readonly kind: "enter"; readonly slot: string }
  | { readonly kind: "reboot"; readonly slot: string | null }
  | { readonly kind: "power-off" };
