/** One sysext or confext image or directory, looked at for one slot. */
export interface Extension {
  readonly name: string;
  readonly kind: "sysext" | "confext";
  /** Where it lies, such as "/var/lib/extensions/tools.raw". */
  readonly path: string;
  readonly format: "directory" | "image";
  /** Whether its extension-release matches the slot's os-release. */
  readonly matches: boolean;
  /** Why it does not match, as a sentence; null when it does. */
  readonly mismatch: string | null;
  /** Whether the next start of the slot merges it. */
  readonly active: boolean;
  /** Left out by a person, in the menu or by safe mode. */
  readonly leftOut: boolean;
}

/** Names of extensions that a person left out of every start. */
export type LeftOut = Readonly<Record<Extension["kind"], readonly string[]>>;
