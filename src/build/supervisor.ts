/**
 * What init and run source, in initramfs-hooks and beside Holdfast in an initramfs: the probe, and boot with its
 * parts, which enter a slot also where there is no Holdfast.
 */
export const SUPERVISOR = [
  "boot",
  "consoles",
  "default-slot",
  "devices",
  "mount-image",
  "probe",
  "state",
] as const;
