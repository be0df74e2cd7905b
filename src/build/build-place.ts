import { join } from "node:path";
import { DIST } from "./paths.ts";
import { type Arch, HOST } from "./target.ts";

/** What a binary is built for. */
export interface BinaryOptions {
  readonly arch: Arch;
  /**
   * Puts the loader and the C and C++ libraries beside the binary, which then needs none of the system's: for
   * an initramfs whose own C library is another one.
   */
  readonly privateLibraries: boolean;
  /** Path of a Node of that architecture that is taken instead of the pinned one; null for that one. */
  readonly node: string | null;
}

/** What is built for an architecture when nothing else is said. */
export function binaryFor(arch: Arch): BinaryOptions {
  return { arch, privateLibraries: arch !== HOST, node: null };
}

/** Where `npm run build` leaves a binary: in `dist` itself what is for machines like this one. */
export function distOf({ arch, privateLibraries }: Omit<BinaryOptions, "node">): string {
  return arch === HOST && !privateLibraries ? DIST : join(DIST, arch);
}
