import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import {
  DM_HEADER_SIZE,
  type DmAnswer,
  DmFlag,
  type DmRequest,
  type DmTarget,
  decodeDmAnswer,
  encodeDmRequest,
} from "../bytes/dm-ioctl.ts";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import { ioctl } from "./syscalls.ts";

const FOLDER = "/dev/mapper";
const CONTROL = `${FOLDER}/control`;

/** Commands of linux/dm-ioctl.h. */
const COMMAND = { create: 3, remove: 4, suspend: 6, tableLoad: 9, tableStatus: 12 } as const;

/** _IOWR(0xfd, command, struct dm_ioctl). */
const requestOf = (command: number) => ((3 << 30) | (DM_HEADER_SIZE << 16) | (0xfd << 8) | command) >>> 0;

function call(command: keyof typeof COMMAND, request: DmRequest): DmAnswer {
  let fd: number;
  try {
    fd = openSync(CONTROL, "r+");
  } catch (cause) {
    const what = `device-mapper cannot be reached (${CONTROL}: ${codeOf(cause)})`;
    throw new HoldfastError("system", what, {
      next: "this needs root, and a kernel with the module dm_mod",
      cause,
    });
  }
  try {
    const buffer = encodeDmRequest(request);
    ioctl(fd, requestOf(COMMAND[command]), buffer, `${command} of the mapped device ${request.name}`);
    return decodeDmAnswer(buffer);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes a read-only mapped device with one target and answers its path below /dev/mapper, which is a link as
 * udev makes it: in an initramfs nobody else does. Other tools know by the UUID what kind of device it is. Throws when the name is taken or the kernel refuses.
 */
export function createMapped(name: string, uuid: string, target: DmTarget): string {
  const { device } = call("create", { name, uuid, flags: DmFlag.readonly });
  try {
    call("tableLoad", { name, flags: DmFlag.readonly, targets: [target] });
    // Suspend without the flag of that name: the table that was loaded becomes the live one.
    call("suspend", { name });
  } catch (error) {
    call("remove", { name });
    throw error;
  }
  const path = `${FOLDER}/${name}`;
  if (!existsSync(path)) {
    mkdirSync(FOLDER, { recursive: true });
    // A link that leads nowhere is left over from a device of an earlier time.
    rmSync(path, { force: true });
    symlinkSync(`../${nodeName(device)}`, path);
  }
  return path;
}

/** What the kernel says about each target of a mapped device; null when there is no such device. */
export function mappedStatus(name: string): readonly DmTarget[] | null {
  try {
    return call("tableStatus", { name }).targets;
  } catch (error) {
    if (codeOf(error) === "ENXIO") return null;
    throw error;
  }
}

/** Removes a mapped device and its link; it must not be in use. */
export function removeMapped(name: string): void {
  call("remove", { name });
  rmSync(`${FOLDER}/${name}`, { force: true });
}

/** Name of the node that the kernel makes for a device number. */
function nodeName(device: string): string {
  const uevent = readFileSync(`/sys/dev/block/${device}/uevent`, "utf8");
  const name = /^DEVNAME=(.+)$/m.exec(uevent)?.[1];
  if (name !== undefined) return name;
  throw new HoldfastError("system", `the kernel gives block device ${device} no name`);
}
