import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import {
  decodeEfiVariable,
  EFI_NON_VOLATILE,
  type EfiVariable,
  encodeEfiVariable,
} from "../bytes/efi-variable.ts";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import { EFIVARS } from "./efivars-folder.ts";
import { clearImmutable, setImmutable } from "./file-flags.ts";

/** Vendor of systemd-boot's variables (systemd, docs/BOOT_LOADER_INTERFACE.md). */
export const LOADER_VENDOR = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
/** Vendor of UEFI's own variables (UEFI Specification 3.3). */
export const GLOBAL_VENDOR = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

/**
 * EFI variables of one vendor, through efivarfs (kernel, Documentation/filesystems/efivarfs.rst). `folder` is
 * where it is mounted.
 */
export class EfiVariables {
  readonly #folder: string;
  readonly #vendor: string;

  constructor(folder: string = EFIVARS, vendor: string = LOADER_VENDOR) {
    this.#folder = folder;
    this.#vendor = vendor;
  }

  /** Whether efivarfs is mounted; without it nothing can be read or written. */
  get available(): boolean {
    return statSync(this.#folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  /** Names of the vendor's variables, in order; none without efivarfs. */
  get names(): string[] {
    if (!this.available) return [];
    const end = `-${this.#vendor}`;
    const files = readdirSync(this.#folder).filter((file) => file.endsWith(end));
    return files.map((file) => file.slice(0, -end.length)).toSorted();
  }

  /** Null when there is no such variable. Throws `badStore` when it cannot be read. */
  read(name: string): EfiVariable | null {
    const path = this.#path(name);
    try {
      return decodeEfiVariable(readFileSync(path), path);
    } catch (cause) {
      if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return null;
      if (cause instanceof HoldfastError) throw cause;
      throw new HoldfastError("badStore", `${path} cannot be read: ${codeOf(cause)}`, { cause });
    }
  }

  /**
   * Creates or replaces a variable and reads it back. The kernel wants attributes and value in one write,
   * and protects what it does not know by the immutable flag, which is put back afterwards.
   */
  write(name: string, variable: EfiVariable): void {
    const path = this.#path(name);
    const bytes = encodeEfiVariable(variable);
    this.#change(name, () => {
      const fd = openSync(path, "w", 0o644);
      try {
        const written = writeSync(fd, bytes);
        if (written !== bytes.length) throw shortWrite(path, written, bytes.length);
      } finally {
        closeSync(fd);
      }
    });
    const after = this.read(name);
    if (after?.attributes === variable.attributes && after.data.equals(variable.data)) return;
    throw new HoldfastError("notReadBack", `${path} does not hold what was written`);
  }

  /** Deletes a variable; one that is not there is no error. */
  remove(name: string): void {
    if (this.read(name) === null) return;
    this.#change(name, () => unlinkSync(this.#path(name)));
    if (this.read(name) === null) return;
    throw new HoldfastError("notReadBack", `${this.#path(name)} was deleted and is still there`);
  }

  #change(name: string, change: () => void): void {
    const path = this.#path(name);
    const before = this.read(name);
    if (before !== null && (before.attributes & EFI_NON_VOLATILE) === 0) {
      throw new HoldfastError("refused", `${path} is volatile: only the firmware can change it`);
    }
    try {
      const wasImmutable = before !== null && clearImmutable(path);
      try {
        change();
      } finally {
        // Not after a deletion: there is nothing left to protect.
        if (wasImmutable && existsSync(path)) setImmutable(path);
      }
    } catch (cause) {
      throw cause instanceof HoldfastError ? cause : this.#lost(path, cause);
    }
  }

  #lost(path: string, cause: unknown): HoldfastError {
    const code = codeOf(cause);
    const what = `${path} was not written`;
    if (!this.available) return new HoldfastError("noDevice", `${what}: efivarfs is not mounted`, { cause });
    if (code === "EROFS") return new HoldfastError("refused", `${what}: efivarfs is read-only`, { cause });
    if (code === "EPERM" || code === "EACCES") {
      return new HoldfastError("refused", `${what}: this needs root (${code})`, { cause });
    }
    if (code === "EINVAL") {
      return new HoldfastError("refused", `${what}: the firmware takes no change at run time`, { cause });
    }
    const next = code === "ENOSPC" ? { next: "the firmware's memory for variables is full" } : {};
    return new HoldfastError("notReadBack", `${what}: ${code}`, { ...next, cause });
  }

  #path(name: string): string {
    return join(this.#folder, `${name}-${this.#vendor}`);
  }
}

function shortWrite(path: string, written: number, wanted: number): HoldfastError {
  return new HoldfastError("notReadBack", `${path} took ${written} of ${wanted} bytes`);
}
