import { FIRMWARE, ROOTS, STARTS_FROM } from "./needed-to-start.ts";
import type { ResetTarget } from "./reset.ts";

/** Everything about the target that could forbid a reset, as it is now. */
export interface TargetFacts {
  readonly target: ResetTarget;
  /** The reference of the configuration, such as "PARTLABEL=state". */
  readonly ref: string;
  /** GUID of the partition's type, lower case; null where it is not known. */
  readonly type: string | null;
  /** What lies at its start: a file system, "luks", or null for nothing known. */
  readonly content: string | null;
  readonly isWholeDisk: boolean;
  /** Whether the reference is a path whose last part is a symbolic link. */
  readonly isLink: boolean;
  readonly readOnly: boolean;
  /** Where all of it is mounted now. */
  readonly mounts: readonly string[];
  /** Where its directories are bound into the running system. */
  readonly bound: readonly string[];
  /** Where it may be mounted: those mounts are ours to undo. */
  readonly ownMounts: readonly string[];
  /** Devices built on it, such as "dm-0", besides those that are ours to close. */
  readonly holders: readonly string[];
  readonly swap: boolean;
  /** Slots that have their root or their store there. */
  readonly slots: readonly string[];
  /** Whether the running system or its image lies there. */
  readonly runs: boolean;
  readonly removable: boolean;
  /** Whether every slot lies on a disk that cannot be removed. */
  readonly slotsFixed: boolean;
}

/** What lies there when the file system is an image that no system writes to. */
const IMAGES = new Set(["erofs", "squashfs"]);

/** Why a reset must not touch this partition, each a sentence that names it; none when it may. */
export function refusalsOf(facts: TargetFacts): string[] {
  const { target, type, content, slots } = facts;
  const name = `${target.device} (${facts.ref})`;
  const others = facts.mounts.filter((mount) => !facts.ownMounts.includes(mount));
  const found: [boolean, string][] = [
    [facts.isLink, "is named by a symbolic link; PARTLABEL= or PARTUUID= would be right"],
    [facts.isWholeDisk, "is a whole disk, not a partition"],
    [
      target.partuuid === "" && !facts.isWholeDisk,
      "has no PARTUUID, so it cannot be told from others for sure",
    ],
    [facts.readOnly, "is read-only"],
    [type !== null && type in STARTS_FROM, `is ${STARTS_FROM[type ?? ""]} by its partition type`],
    [type !== null && ROOTS.has(type) && target.role !== "root", "is a root by its partition type"],
    [FIRMWARE.test(target.label ?? ""), `is "${target.label}" by its label, which the device needs to start`],
    [content !== null && IMAGES.has(content), `holds an image of a system (${content})`],
    [slots.length > 0, `belongs to slot ${slots.join(", ")}`],
    [facts.runs, "holds the running system"],
    [target.role === "root" && content !== null && content !== "luks", `is not encrypted (${content})`],
    [others.length > 0, `is in use: mounted on ${others.join(", ")}`],
    [facts.swap, "is in use as swap"],
    [facts.holders.length > 0, `is in use by ${facts.holders.join(", ")}`],
    [facts.removable && facts.slotsFixed, "lies on a removable disk, the system does not"],
    [target.size < MIN_SIZE, `has ${target.size} bytes, too few for a file system`],
  ];
  return found.flatMap(([refused, why]) => (refused ? [`${name} ${why}.`] : []));
}

/** The same at the moment of erasing: nothing of it may be in use by the running system. */
export function refusalsNow(facts: TargetFacts): string[] {
  const { target, ref, bound } = facts;
  const inUse = `${target.device} (${ref}) is in use: its directories are mounted on ${bound.join(", ")}.`;
  return [...refusalsOf(facts), ...(bound.length > 0 ? [inUse] : [])];
}

/** Far less than any file system that is worth a reset. */
const MIN_SIZE = 4 * 1024 * 1024;

/** What changed between the preview and now; null when nothing did. */
export function changedSince(shown: ResetTarget, now: ResetTarget): string | null {
  const names = Object.keys(shown) as (keyof ResetTarget)[];
  const name = names.find((each) => shown[each] !== now[each]);
  if (name === undefined) return null;
  return `${shown.device} changed since it was shown: ${name} was ${shown[name]} and is ${now[name]} now.`;
}
