import { parseKeyFile } from "../bytes/key-file.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { NamedSlot } from "./rauc-order.ts";

/** Bootloaders that RAUC knows; noop keeps no state. */
const RAUC_BOOTLOADERS = ["uboot", "grub", "barebox", "efi", "custom", "noop"] as const;
export type RaucBootloader = (typeof RAUC_BOOTLOADERS)[number];

/** A bootable slot of system.conf. */
export interface RaucSlot extends NamedSlot {
  /** RAUC's own name, such as "rootfs.0". */
  readonly name: string;
  readonly device: string;
  /** RAUC's type, such as "ext4" or "raw". */
  readonly type: string;
}

/** Where barebox keeps its state, as barebox-state is told; null leaves it to its own search. */
export interface BareboxPlace {
  /** Alias or path of the state's node in the device tree. */
  readonly stateName: string | null;
  /** File with the device tree, where the running system's is another one. */
  readonly deviceTree: string | null;
}

/** What matters here of RAUC's configuration. */
export interface RaucSystem {
  readonly bootloader: RaucBootloader;
  /** Where GRUB's block lies; only with bootloader=grub. */
  readonly grubenv: string;
  readonly attempts: number;
  readonly attemptsPrimary: number;
  /** Program of bootloader=custom; null when not given. */
  readonly backend: string | null;
  readonly barebox: BareboxPlace;
  /** In file order; slots without a bootname are parts of others and left out. */
  readonly slots: readonly RaucSlot[];
}

/**
 * Reads RAUC's system.conf (rauc: docs/reference.rst, "System Configuration File"). Throws `badConfig` that
 * names file and key.
 */
export function parseRaucSystem(text: string, file: string): RaucSystem {
  const groups = parseKeyFile(text, file);
  const system = groups.get("system");
  if (system === undefined) throw bad(file, "there is no [system] group");
  const attempts = attemptsOf(system.get("boot-attempts"), "boot-attempts", file);
  const slots = [...groups].flatMap(([group, keys]) => slotOf(group, keys, file));
  checkSlots(slots, file);
  return {
    bootloader: bootloaderOf(system.get("bootloader"), file),
    grubenv: system.get("grubenv") ?? "/boot/grub/grubenv",
    attempts,
    attemptsPrimary: attemptsOf(system.get("boot-attempts-primary"), "boot-attempts-primary", file),
    backend: groups.get("handlers")?.get("bootloader-custom-backend") ?? null,
    barebox: {
      stateName: system.get("barebox-statename") ?? null,
      deviceTree: system.get("barebox-dtbpath") ?? null,
    },
    slots,
  };
}

function bootloaderOf(value: string | undefined, file: string): RaucBootloader {
  const known = RAUC_BOOTLOADERS.find((each) => each === value);
  if (known !== undefined) return known;
  throw bad(
    file,
    `bootloader in [system] is "${value ?? ""}", ${RAUC_BOOTLOADERS.join(", ")} would be right`,
  );
}

/** 3 is RAUC's default. */
function attemptsOf(value: string | undefined, key: string, file: string): number {
  if (value === undefined) return 3;
  if (/^[1-9]$/.test(value.trim())) return Number(value);
  throw bad(file, `${key} in [system] is "${value}", 1 to 9 would be right`);
}

function slotOf(group: string, keys: ReadonlyMap<string, string>, file: string): RaucSlot[] {
  const name = /^slot\.(.+\.\d+)$/.exec(group)?.[1];
  if (name === undefined) {
    if (group.startsWith("slot."))
      throw bad(file, `[${group}] is no slot, [slot.CLASS.NUMBER] would be right`);
    return [];
  }
  const device = keys.get("device");
  if (device === undefined || device === "") throw bad(file, `device is missing in [${group}]`);
  const bootname = keys.get("bootname");
  if (bootname === undefined) return [];
  if (!/^[^\s=]+$/.test(bootname))
    throw bad(file, `bootname in [${group}] is "${bootname}", one word would be right`);
  return [{ id: idOf(bootname, name), bootname, name, device, type: keys.get("type") ?? "raw" }];
}

/** The bootname in lower case where that can be a slot id, else RAUC's name: "rootfs.0" as "rootfs-0". */
function idOf(bootname: string, name: string): string {
  const id = bootname.toLowerCase();
  if (/^[a-z0-9][a-z0-9_-]{0,15}$/.test(id)) return id;
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "-")
    .slice(-16)
    .replace(/^[_-]+/, "");
}

function checkSlots(slots: readonly RaucSlot[], file: string): void {
  if (slots.length === 0) throw bad(file, "no slot has a bootname");
  slots.forEach((slot, index) => {
    const twin = slots.find(
      (other, at) => at < index && (other.bootname === slot.bootname || other.id === slot.id),
    );
    if (twin === undefined) return;
    throw bad(file, `the bootnames of ${twin.name} and ${slot.name} are the same`);
  });
}

function bad(file: string, what: string): HoldfastError {
  return new HoldfastError("badConfig", `${file}: ${what}`);
}
