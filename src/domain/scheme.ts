/** Every place where slot state can be kept, in the order in which discovery looks for them. */
export const SCHEME_NAMES = [
  "systemd-boot",
  "android-misc",
  "avb-ab",
  "android-gpt",
  "chromeos-gpt",
  "rauc",
  "uboot-env",
  "grubenv",
  "custom",
  "counter-file",
  "memory",
] as const;
export type SchemeName = (typeof SCHEME_NAMES)[number];
