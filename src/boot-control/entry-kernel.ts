import type { SlotKernelConfig } from "../config/schema.ts";
import type { BootEntry } from "./boot-entries.ts";

/**
 * What kexec starts of a boot entry: the kernel and the archives of a type 1 entry, or a unified kernel image.
 * Undefined where the entry is broken; that a program is no kernel is for kexec to say. `device` is the partition
 * that the entry lies on.
 */
export function kernelOfEntry(entry: BootEntry, device: string): SlotKernelConfig | undefined {
  const { kind, problem, image, initrds, file, options } = entry;
  const common = { device, fstype: "vfat", options } as const;
  if (problem !== null) return undefined;
  if (kind === "uki") return { ...common, linux: `/EFI/Linux/${file}`, initrd: [] };
  if (image === null) return undefined;
  return { ...common, linux: rooted(image), initrd: initrds.map(rooted) };
}

/** Paths of an entry begin at the root of its partition, with either kind of slash (UAPI.1). */
function rooted(path: string): string {
  return `/${path.replaceAll("\\", "/").replace(/^\/+/, "")}`;
}
