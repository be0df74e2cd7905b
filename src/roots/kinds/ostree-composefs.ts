import { parseKeyFile } from "../../bytes/key-file.ts";
import { parseCommandLine } from "../../domain/command-line.ts";
import { messageOf } from "../../domain/errors.ts";
import { resolveInside } from "../resolve.ts";
import { textInside } from "./tree.ts";

/** A deployment whose root is a composefs image. */
export interface Composefs {
  /** Why it is not ours to mount, as a sentence; null when it is. */
  readonly problem: string | null;
}

/** The image that ostree leaves in a deployment (ostree: src/libostree/ostree-repo-composefs.c). */
export const IMAGE = ".ostree.cfs";
/** What its own initramfs is told by a copy of one of them (ostree: src/switchroot/ostree-prepare-root.c). */
const SETTINGS = ["etc/ostree/prepare-root.conf", "usr/lib/ostree/prepare-root.conf"] as const;
const WORD = "ostree.prepare-root.composefs";
/** Without a word an image that is there is taken ("maybe"); the others ask for a proof by fs-verity. */
const PLAIN = new Set(["yes", "true", "1", "maybe"]);
const OFF = new Set(["no", "false", "0"]);

/** How the root of the deployment at `system` is a composefs image; null where it is its plain tree. */
export function composefsOf(system: string, options: string): Composefs | null {
  if (resolveInside(system, IMAGE) === null) return null;
  try {
    const settings = settingsOf(system);
    const enabled =
      parseCommandLine(options).get(WORD) ?? settings?.get("composefs")?.get("enabled") ?? "maybe";
    if (OFF.has(enabled)) return null;
    if (!PLAIN.has(enabled)) {
      return {
        problem: `Its root is a composefs image, which its own initramfs proves first (${enabled}).`,
      };
    }
    const lost = ["root", "etc"].find((group) => isOn(settings?.get(group)?.get("transient")));
    return {
      problem:
        lost === undefined
          ? null
          : `Its own initramfs makes a layer over its ${lost === "root" ? "root" : "/etc"} that is lost at the end.`,
    };
  } catch (error) {
    return { problem: `${messageOf(error)}.` };
  }
}

function settingsOf(system: string) {
  for (const path of SETTINGS) {
    const text = textInside(system, path);
    if (text !== null) return parseKeyFile(text, `/${path}`);
  }
  return null;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !OFF.has(value);
}
