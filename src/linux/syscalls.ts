import ffi from "node:ffi";
import { call, checked, library, SystemCallError } from "./native.ts";

export { SystemCallError } from "./native.ts";

/** As errno.h of Linux has it. */
const ENOSYS = 38;

function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

/**
 * ioctl(2). `argument` is a buffer that the kernel reads or fills, or a number passed by value.
 * `what` names the request in the error, such as "FBIOGET_VSCREENINFO /dev/fb0".
 */
export function ioctl(fd: number, request: number, argument: Buffer | number, what: string): number {
  const value = typeof argument === "number" ? BigInt(argument) : argument;
  return checked("ioctl", what, ["int32", "uint64", "pointer"], [fd, BigInt(request), value]);
}

/** Takes the exclusive advisory lock of an opened file (flock(2)); false when somebody else holds it. */
export function tryLock(fd: number, path: string): boolean {
  const exclusiveWithoutWaiting = 2 | 4;
  try {
    checked("flock", path, ["int32", "int32"], [fd, exclusiveWithoutWaiting]);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && error.code === "EAGAIN") return false;
    throw error;
  }
}

/** Mount flags of <sys/mount.h>. */
export const MS = {
  rdonly: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  remount: 32,
  noatime: 1024,
  bind: 4096,
  move: 8192,
  private: 1 << 18,
} as const;

/** mount(2). `options` is the file system's own comma-separated string. */
export function mount(
  source: string,
  target: string,
  fstype: string | null,
  flags: number,
  options = "",
): void {
  checked(
    "mount",
    `${source} on ${target}`,
    ["pointer", "pointer", "pointer", "uint64", "pointer"],
    [
      cString(source),
      cString(target),
      fstype === null ? null : cString(fstype),
      BigInt(flags),
      cString(options),
    ],
  );
}

/** umount2(2). */
export function unmount(target: string): void {
  checked("umount2", target, ["pointer", "int32"], [cString(target), 0]);
}

/**
 * memfd_create(2): a file without a name, in memory, gone with its last descriptor; answers the descriptor.
 * `name` only shows in /proc.
 */
export function memfdCreate(name: string): number {
  const closeOnExec = 1;
  return checked("memfd_create", name, ["pointer", "uint32"], [cString(name), closeOnExec]);
}

/** renameat2(2) with RENAME_NOREPLACE: fails with EEXIST where the new name is taken. */
export function renameNoReplace(from: string, to: string): void {
  const currentDirectory = -100;
  const noReplace = 1;
  checked(
    "renameat2",
    `${from} to ${to}`,
    ["int32", "pointer", "int32", "pointer", "uint32"],
    [currentDirectory, cString(from), currentDirectory, cString(to), noReplace],
  );
}

/** The text of an extended attribute of a file (getxattr(2)); null when it has none of that name. */
export function extendedAttribute(path: string, name: string): string | null {
  const value = Buffer.alloc(256);
  const types = ["pointer", "pointer", "pointer", "uint64"] as const;
  const size = Number(
    call("getxattr", "int64", types, [cString(path), cString(name), value, BigInt(value.length)]),
  );
  return size < 0 ? null : value.toString("utf8", 0, size);
}

/** syncfs(2): everything of the file system that `fd` lies on is on its medium when it returns. */
export function syncFileSystem(fd: number, path: string): void {
  checked("syncfs", path, ["int32"], [fd]);
}

/** posix_fallocate(3): the file has `bytes` of its own on the medium when it returns, or the call fails. */
export function allocate(fd: number, bytes: number, path: string): void {
  const errno = Number(
    call("posix_fallocate", "int32", ["int32", "int64", "int64"], [fd, 0n, BigInt(bytes)]),
  );
  // It answers the number of the error and leaves errno alone.
  if (errno !== 0) throw new SystemCallError("posix_fallocate", errno, path);
}

/** sync(2): every dirty page of the machine is on its way to its device when it returns. */
export function sync(): void {
  call("sync", "void", [], []);
}

/** Commands of reboot(2), see linux/reboot.h. `kexec` starts the kernel that was loaded before. */
export const RebootCommand = {
  restart: 0x01234567,
  powerOff: 0x4321fedc,
  halt: 0xcdef0123,
  kexec: 0x45584543,
} as const;

/** Numbers of kexec_file_load(2), which libc has no function for. */
const KEXEC_FILE_LOAD: Readonly<Record<string, number>> = { x64: 320, arm64: 294 };

/** kexec_file_load(2): puts a kernel into memory. `initrd` is -1 where there is none. */
export function kexecFileLoad(kernel: number, initrd: number, commandLine: string, flags: number): void {
  const number = KEXEC_FILE_LOAD[process.arch];
  if (number === undefined) throw new SystemCallError("kexec_file_load", ENOSYS, process.arch);
  const text = cString(commandLine);
  const values = [number, kernel, initrd, text.length].map(BigInt);
  checked(
    "syscall",
    "kexec_file_load",
    ["int64", "int64", "int64", "uint64", "pointer", "uint64"],
    [...values, text, BigInt(flags)],
  );
}

/** The system call by number, for a restart with a word: libc's reboot() takes none. */
const SYS_REBOOT: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 169, arm64: 142 };

/**
 * reboot(2) with LINUX_REBOOT_CMD_RESTART2: hands the firmware a word with the restart. Does not return when it
 * succeeds.
 */
export function rebootWith(word: string): void {
  const number = SYS_REBOOT[process.arch];
  if (number === undefined) throw new Error(`no number of reboot(2) is known for ${process.arch}`);
  const [magic, magic2, restart2] = [0xfee1dead, 0x28121969, 0xa1b2c3d4];
  checked(
    "syscall",
    `reboot ${word}`,
    ["int64", "uint32", "uint32", "uint32", "pointer"],
    [BigInt(number), magic, magic2, restart2, cString(word)],
  );
}

/** reboot(2) through libc; does not return when it succeeds. */
export function reboot(command: number): void {
  checked("reboot", `0x${command.toString(16)}`, ["int32"], [command | 0]);
}

/** A watch on a file descriptor; `close` ends it, the descriptor stays the caller's. */
export interface Watch {
  close(): void;
}

const UV_POLL = 8;
const UV_READABLE = 1;

/**
 * Calls `onReadable` whenever `fd` (opened non-blocking) has something to read or was hung up, through
 * libuv's own poll: no thread of the pool is parked, as fs streams would on a device.
 */
export function watchReadable(fd: number, onReadable: () => void): Watch {
  const size = call("uv_handle_size", "uint64", ["int32"], [UV_POLL]);
  const handle = call("malloc", "pointer", ["uint64"], [size]) as bigint;
  const started = Number(
    call("uv_poll_init", "int32", ["pointer", "pointer", "int32"], [ffi.getCurrentEventLoop(), handle, fd]),
  );
  if (started < 0) throw new SystemCallError("uv_poll_init", -started, `fd ${fd}`);
  const callback = library.registerCallback(
    { return: "void", arguments: ["pointer", "int32", "int32"] },
    () => {
      // An exception must not cross the native frame that called us.
      try {
        onReadable();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    },
  );
  const polling = Number(
    call("uv_poll_start", "int32", ["pointer", "int32", "pointer"], [handle, UV_READABLE, callback]),
  );
  if (polling < 0) throw new SystemCallError("uv_poll_start", -polling, `fd ${fd}`);
  let open = true;
  return {
    close() {
      if (!open) return;
      open = false;
      call("uv_poll_stop", "int32", ["pointer"], [handle]);
      // The handle's memory and the callback stay: libuv may still hold them in this turn of its loop,
      // and a process of ours watches a handful of devices in its life.
      call("uv_unref", "void", ["pointer"], [handle]);
    },
  };
}
