/** A package whose version differs between two systems. */
export interface PackageChange {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

/** What differs between the package sets of two systems, from the left to the right one. */
export interface PackageDifference {
  /** Such as "dpkg", "apk", "rpm", "pacman" or "manifest". */
  readonly source: string;
  readonly added: readonly { readonly name: string; readonly version: string }[];
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  readonly upgraded: readonly PackageChange[];
  readonly downgraded: readonly PackageChange[];
  readonly unchanged: number;
}

/** What is compared of one system; what could not be read is null. */
export interface ComparedSystem {
  readonly slot: string;
  readonly name: string | null;
  readonly version: string | null;
  /** ISO 8601 date of the build. */
  readonly buildDate: string | null;
  /** Release of the kernel that it has modules for. */
  readonly kernel: string | null;
  readonly bytes: number | null;
}

/** What differs between two systems, and what a change from one to the other leaves alone. */
export interface Comparison {
  readonly left: ComparedSystem;
  readonly right: ComparedSystem;
  readonly packages: PackageDifference | null;
  /** Why there is no package difference, as a sentence; null when there is one. */
  readonly packagesProblem: string | null;
  /** What goes with the system and what stays, such as "/etc, /var and /home stay.", as sentences. */
  readonly stays: readonly string[];
}
