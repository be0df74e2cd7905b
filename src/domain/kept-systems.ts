import type { System, SystemKind } from "./system.ts";

/** A system with the name by which commands, menu and plans call it in this boot. */
export interface KeptSystem extends System {
  /** "kind:device:id", such as "ostree:vda2:os/6879….0"; no slot is called so. */
  readonly key: string;
}

/** The systems of one family on one file system, in the family's own order. */
export interface SystemGroup {
  /** "kind:device". */
  readonly key: string;
  readonly kind: SystemKind;
  /** Node of the file system, such as "/dev/vda2". */
  readonly device: string;
  /** Missing where nobody knows. */
  readonly disk?: GroupDisk;
  readonly systems: readonly KeptSystem[];
  /** Key of the one that the kernel command line names: the bootloader's own choice; null where it names none. */
  readonly named: string | null;
}

/** The disk that a group lies on; what lies in a table inside a partition is on the disk of that. */
export interface GroupDisk {
  /** Such as "/dev/vda". */
  readonly node: string;
  /** What its maker calls it; null where it does not say. */
  readonly model: string | null;
  readonly bytes: number;
  /** Whether slots lie on it, too. */
  readonly hasSlots: boolean;
}

/** Every system of every family that the disks keep beside the slots. */
export interface KeptSystems {
  readonly groups: readonly SystemGroup[];
  /** Sentences about what could not be read. */
  readonly problems: readonly string[];
}

export const NO_SYSTEMS: KeptSystems = { groups: [], problems: [] };

/** Names a group by the node of the file system, and by the subvolume where that holds the systems. */
export function groupKey(kind: SystemKind, { device, options }: { device: string; options: string }): string {
  const [, subvolume] = /(?:^|,)subvol=([^,]+)/.exec(options) ?? [];
  return `${kind}:${device.replace(/^\/dev\//, "")}${subvolume === undefined ? "" : `/${subvolume}`}`;
}

/** Whether that is the key of a system, and not the id of a slot. */
export function isSystemKey(key: string): boolean {
  return key.includes(":");
}

/** Whether the system of a key is a slot, which has a store and a place in the menu of its own. */
export function isSlotKey(key: string): boolean {
  return key.startsWith("partitions:");
}

/** The id of the system that a key names; null for the id of a slot. */
export function idOfKey(key: string): string | null {
  const [, id = null] = /^[^:]+:[^:]+:(.*)$/s.exec(key) ?? [];
  return id;
}

export function findSystem({ groups }: KeptSystems, key: string): KeptSystem | undefined {
  return groups.flatMap(({ systems }) => systems).find((system) => system.key === key);
}

/** What a person knows a system by: its own title, else its version, else its id. */
export function titleOf({ title, version, id }: System): string {
  return title ?? version ?? id;
}

/**
 * The one system that an ordinary boot can go on with where there are no slots: what the kernel command line names,
 * else the default where only one family has one. Null where that is not certain, or where it is not entered under
 * the running kernel.
 */
export function plainStart({ groups }: KeptSystems): KeptSystem | null {
  const all = groups.flatMap(({ systems }) => systems);
  const named = groups.flatMap((group) => group.named ?? []);
  const chosen =
    named.length > 0
      ? all.filter(({ key }) => named.includes(key))
      : all.filter(({ flags }) => flags.default === true);
  const [only] = chosen;
  return only === undefined || chosen.length > 1 || only.once.entry !== "switch-root" ? null : only;
}

/**
 * What speaks for a start of these systems: the bootloader's own word, or that one which can be started from here is a
 * default; null for neither.
 */
export function claimOf({ groups }: KeptSystems): "named" | "default" | null {
  if (groups.some(({ named }) => named !== null)) return "named";
  const all = groups.flatMap(({ systems }) => systems);
  const isDefault = all.some(({ flags, once }) => flags.default === true && once.entry !== null);
  return isDefault ? "default" : null;
}
