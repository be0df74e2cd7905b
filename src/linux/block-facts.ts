import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { namesIn } from "./names.ts";

/** What sysfs says about the use of one block device. */
export interface BlockFacts {
  readonly readOnly: boolean;
  readonly removable: boolean;
  /** Names of the devices that are built on it, such as "dm-0". */
  readonly holders: readonly string[];
  readonly swap: boolean;
  /** Whether its disk takes discards. */
  readonly discards: boolean;
  /** The serial or name that the disk's maker gave it; null where it has none. */
  readonly serial: string | null;
}

/** A loop device, or a device-mapper one on top of it, that reads a file. */
export interface Mapping {
  /** Name below /dev/mapper; null where only the loop device is there. */
  readonly name: string | null;
  readonly loop: string;
  /** Device number of what is mounted from it. */
  readonly number: string;
}

const CLASS = "/sys/class/block";

/** The facts of a partition such as "/dev/vda2" on a disk such as "/dev/vda". */
export function blockFacts(device: string, disk: string): BlockFacts {
  const folder = join(CLASS, nameOf(device));
  const parent = join(CLASS, nameOf(disk));
  return {
    readOnly: text(join(folder, "ro")) === "1",
    removable: text(join(parent, "removable")) === "1",
    holders: namesIn(join(folder, "holders")),
    swap: isSwap(device),
    discards: Number(text(join(parent, "queue/discard_max_bytes")) ?? 0) > 0,
    serial: ["serial", "device/serial", "device/cid", "device/wwid", "wwid"]
      .map((file) => text(join(parent, file)))
      .reduce((found, each) => found ?? (each === "" ? null : each), null),
  };
}

/** What a disk such as "/dev/vda" is called by its maker, null where it does not say, and its size in bytes. */
export function diskFacts(disk: string): { readonly model: string | null; readonly bytes: number } {
  const folder = join(CLASS, nameOf(disk));
  const model = text(join(folder, "device/model")) ?? text(join(folder, "device/name"));
  // The kernel counts in units of 512 bytes, whatever the sector size.
  return { model: model === "" ? null : model, bytes: Number(text(join(folder, "size")) ?? 0) * 512 };
}

/** Everything that is built on the file at `path` now. */
export function mappingsOf(path: string): Mapping[] {
  const loops = namesIn(CLASS).filter((name) => text(join(CLASS, name, "loop/backing_file")) === path);
  return loops.flatMap((loop) => {
    const device = `/dev/${loop}`;
    const mappers = namesIn(join(CLASS, loop, "holders"));
    if (mappers.length === 0)
      return [{ name: null, loop: device, number: text(join(CLASS, loop, "dev")) ?? "" }];
    return mappers.map((mapper) => ({
      name: text(join(CLASS, mapper, "dm/name")),
      loop: device,
      number: text(join(CLASS, mapper, "dev")) ?? "",
    }));
  });
}

/** In sysfs a "/" of the node's name is a "!". */
function nameOf(device: string): string {
  return device.replace(/^\/dev\//, "").replaceAll("/", "!");
}

function isSwap(device: string): boolean {
  const lines = (text("/proc/swaps") ?? "").split("\n");
  return lines.some((line) => basename(line.split(/\s/)[0] ?? "") === basename(device));
}

function text(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}
