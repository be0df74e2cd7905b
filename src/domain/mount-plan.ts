import type { ImageMount, RootMount, Verity } from "./plan.ts";

/** One thing that is done to have a root complete before it is entered; carried out in order. */
export type MountStep =
  | {
      readonly kind: "mount";
      readonly device: string;
      readonly target: string;
      readonly fstype: string;
      readonly options: string;
      readonly access: "read-only" | "writable";
    }
  /** `apart`: what is mounted over the source later is not seen in the target. */
  | { readonly kind: "bind"; readonly source: string; readonly target: string; readonly apart?: true }
  /** Makes a mount read-only; what is mounted below it stays as it is. */
  | { readonly kind: "protect"; readonly target: string }
  /** Takes a mount to another place. */
  | { readonly kind: "move"; readonly source: string; readonly target: string }
  /** Lays folders over `target`, the strongest first; what is written goes to `writable`, or nowhere. */
  | {
      readonly kind: "overlay";
      readonly target: string;
      readonly over: readonly string[];
      readonly writable: { readonly upper: string; readonly work: string } | null;
    }
  /** Mounts the file system in an image file, read-only. */
  | { readonly kind: "mount-image"; readonly image: string; readonly target: string }
  /** Mounts the tree of a composefs image, read-only; the contents of its files are in the folder `objects`. */
  | { readonly kind: "composefs"; readonly image: string; readonly objects: string; readonly target: string }
  /** Tells OSTree in the running system which deployment it runs from, by its folder. */
  | { readonly kind: "ostree-booted"; readonly path: string; readonly deployment: string }
  /** Makes a folder; `like` is one whose mode and owner it gets. */
  | { readonly kind: "folder"; readonly path: string; readonly like?: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  /** Puts dm-verity under /dev/mapper/`name`; nothing is proved until something was read. */
  | {
      readonly kind: "open-verity";
      readonly name: string;
      readonly device: string;
      readonly verity: Verity;
    }
  /** Asks the kernel whether everything that was read so far was right. */
  | { readonly kind: "check-verity"; readonly name: string }
  /** Makes the mount points and merged-usr links that a root without a system of its own lacks. */
  | { readonly kind: "furnish"; readonly root: string }
  /** Links the disk behind a root that lies in memory, where systemd looks for it. */
  | { readonly kind: "name-disk"; readonly link: string; readonly device: string }
  /** Reads the init whole, as the kernel will. */
  | { readonly kind: "need-init"; readonly root: string; readonly init: string };

/** Tells systemd which disk a root in memory belongs to (INITRD_INTERFACE, gpt-auto-generator). */
export const VOLATILE_ROOT = "/run/systemd/volatile-root";

/**
 * The steps that mount the root of a slot on `target`. Names of verity devices are those that systemd gives
 * them ("root", "usr"), so that the running system knows them.
 */
export function rootSteps(root: RootMount, target: string): MountStep[] {
  const { init, usr } = root;
  const needInit: MountStep = { kind: "need-init", root: target, init };
  if (usr === null) return proved(root, "root", target, [needInit]);
  const { device, fstype, options } = root;
  const inMemory = fstype === "tmpfs";
  return [
    { kind: "mount", device, target, fstype, options, access: "writable" },
    ...proved(usr, "usr", `${target}/usr`, [{ kind: "furnish", root: target }, needInit]),
    ...(inMemory ? [{ kind: "name-disk", link: VOLATILE_ROOT, device: usr.device } as const] : []),
  ];
}

/** Mounts an image; with verity, what `reading` read is judged after it. */
function proved(image: ImageMount, name: string, target: string, reading: readonly MountStep[]): MountStep[] {
  const { device, fstype, options, verity } = image;
  const mount = { kind: "mount", target, fstype, options, access: "read-only" } as const;
  if (verity === null) return [{ ...mount, device }, ...reading];
  return [
    { kind: "open-verity", name, device, verity },
    { ...mount, device: `/dev/mapper/${name}` },
    ...reading,
    { kind: "check-verity", name },
  ];
}
