import { closeSync, readSync } from "node:fs";
import { parseUevent, type Uevent } from "../bytes/uevent.ts";
import { checked } from "./native.ts";
import { type Watch, watchReadable } from "./syscalls.ts";

/** Of linux/netlink.h and bits/socket.h. */
const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_KOBJECT_UEVENT = 15;
/** The group that the kernel itself sends to; udev tells of what it has done in another. */
const KERNEL_GROUP = 1;
/** The kernel sends no longer ones (UEVENT_BUFFER_SIZE, and its header). */
const LONGEST = 4096;

/**
 * Tells of devices that come, go and change, as the kernel does: no udev is needed. `tell` gets null where messages
 * were lost. Throws where the kernel has no such socket.
 */
export function watchUevents(tell: (event: Uevent | null) => void): Watch {
  const kind = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const fd = checked(
    "socket",
    "of netlink",
    ["int32", "int32", "int32"],
    [AF_NETLINK, kind, NETLINK_KOBJECT_UEVENT],
  );
  let watching: Watch;
  try {
    checked("bind", "of netlink", ["int32", "pointer", "uint32"], [fd, address(), ADDRESS_SIZE]);
    watching = watchReadable(fd, () => drain(fd, tell));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return {
    close() {
      watching.close();
      closeSync(fd);
    },
  };
}

const ADDRESS_SIZE = 12;

/** struct sockaddr_nl; the kernel chooses the port. */
function address(): Buffer {
  const bytes = Buffer.alloc(ADDRESS_SIZE);
  bytes.writeUInt16LE(AF_NETLINK, 0);
  bytes.writeUInt32LE(KERNEL_GROUP, 8);
  return bytes;
}

function drain(fd: number, tell: (event: Uevent | null) => void): void {
  const bytes = Buffer.alloc(LONGEST);
  for (;;) {
    let length: number;
    try {
      length = readSync(fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOBUFS") return;
      tell(null);
      continue;
    }
    const event = parseUevent(bytes.subarray(0, length));
    if (event !== null) tell(event);
  }
}
