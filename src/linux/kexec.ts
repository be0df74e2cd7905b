import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { HoldfastError } from "../domain/errors.ts";
import { kexecFileLoad, memfdCreate, SystemCallError } from "./syscalls.ts";
import { textOf } from "./sysfs.ts";

/** Flags of kexec_file_load(2), linux/kexec.h. */
const NO_INITRAMFS = 4;
/** No kernel knows such flags: it answers what it would say before it looks at anything else. */
const NO_FLAGS_OF_ANY_KERNEL = 0x8000_0000;

/** Why another kernel cannot be started from this one, as a sentence; null when it can. */
export function kexecObstacle(): string | null {
  if (/\[(integrity|confidentiality)\]/.test(textOf("/sys/kernel/security/lockdown"))) {
    return "The running kernel is locked down and starts no other one.";
  }
  try {
    kexecFileLoad(-1, -1, "", NO_FLAGS_OF_ANY_KERNEL);
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    if (error.code === "ENOSYS") return "The running kernel was built without kexec.";
    if (error.code === "EPERM") return "The running kernel may start no other one (kexec_load_disabled).";
  }
  return null;
}

/** A kernel to start: files that are there now. */
export interface KernelFiles {
  readonly linux: string;
  readonly initrds: readonly string[];
  readonly commandLine: string;
}

/**
 * Loads a kernel into memory, where it waits for reboot(2) with RebootCommand.kexec; it takes the place of
 * one that was loaded before. Throws `refused` when the running kernel does not take it.
 */
export function loadKernel({ linux, initrds, commandLine }: KernelFiles): void {
  const open: number[] = [];
  const opened = (fd: number) => {
    open.push(fd);
    return fd;
  };
  try {
    const kernel = opened(openSync(linux, "r"));
    const initrd = initrds.length === 0 ? -1 : opened(joined(initrds));
    kexecFileLoad(kernel, initrd, commandLine, initrd === -1 ? NO_INITRAMFS : 0);
  } catch (cause) {
    if (!(cause instanceof SystemCallError)) throw cause;
    throw new HoldfastError("refused", `The running kernel does not take ${linux}: ${cause.code}.`, {
      next: "Restart into the slot instead.",
      cause,
    });
  } finally {
    for (const fd of open) closeSync(fd);
  }
}

/** Whether a kernel is loaded and waits. */
export function isKernelLoaded(): boolean {
  return textOf("/sys/kernel/kexec_loaded") === "1";
}

/** The files one behind the other, as the kernel unpacks them; a single one as it is. */
function joined(files: readonly string[]): number {
  const [first, ...others] = files;
  if (first !== undefined && others.length === 0) return openSync(first, "r");
  const fd = memfdCreate("initrd");
  for (const file of files) writeAll(fd, readFileSync(file));
  return fd;
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  // The kernel finds each archive at a multiple of four bytes.
  const rest = -bytes.length & 3;
  if (rest > 0) writeSync(fd, Buffer.alloc(rest));
}
