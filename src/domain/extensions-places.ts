import type { Extension } from "./extensions.ts";
import { type Bind, isBelow } from "./state-binds.ts";

/** Where extensions are looked for, the strongest first: of two with one name only the first counts. */
const SYSEXT = ["/etc/extensions", "/run/extensions", "/var/lib/extensions"] as const;
const CONFEXT = [
  "/run/confexts",
  "/var/lib/confexts",
  "/usr/local/lib/confexts",
  "/usr/lib/confexts",
] as const;
/** What older versions of systemd looked through besides. */
const OLD_SYSEXT = ["/usr/local/lib/extensions", "/usr/lib/extensions"] as const;
/** The first version without them. */
const WITHOUT_OLD = 256;
/** The first version that merges confexts. */
const WITH_CONFEXT = 254;

/** The folders that systemd-sysext or systemd-confext of that version looks through, the strongest first. */
export function extensionFolders(kind: Extension["kind"], systemd: number): readonly string[] {
  if (kind === "confext") return systemd < WITH_CONFEXT ? [] : CONFEXT;
  return systemd < WITHOUT_OLD ? [...SYSEXT, ...OLD_SYSEXT] : SYSEXT;
}

/** Where something of the running system lies before it runs. */
export interface Place {
  /** The tree to look into: the slot's root, the state partition, or the root of this system. */
  readonly tree: "slot" | "state" | "self";
  /** Path in that tree. */
  readonly path: string;
}

/**
 * Where a path of the running system lies while only the slot's root and the state partition are at hand.
 * /run is this system's own: it goes along.
 */
export function placeBeforeStart(path: string, binds: readonly Bind[]): Place {
  if (isBelow(path, "/run")) return { tree: "self", path };
  if (isBelow(path, "/state")) return { tree: "state", path: path.slice("/state".length) || "/" };
  const bind = binds.findLast(({ target }) => isBelow(path, target));
  if (bind === undefined) return { tree: "slot", path };
  return { tree: "state", path: `/${bind.source}${path.slice(bind.target.length)}` };
}

/** The name of an extension by the name of its file or folder; null for what is none. */
export function extensionName(entry: string, isFile: boolean): string | null {
  if (entry.startsWith(".")) return null;
  if (!isFile) return entry;
  return entry.endsWith(".raw") && entry.length > ".raw".length ? entry.slice(0, -".raw".length) : null;
}
