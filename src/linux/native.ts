import ffi from "node:ffi";
import { getSystemErrorName } from "node:util";

/** What mount(2) answers for a file system with wrong checksums: Linux's errno.h names them, libuv does not. */
const UNNAMED: Readonly<Record<number, string>> = { 74: "EBADMSG", 117: "EUCLEAN" };

/** A system call that failed: `code` is the errno's name, such as "ENOENT". */
export class SystemCallError extends Error {
  override readonly name = "SystemCallError";
  readonly code: string;

  constructor(call: string, errno: number, subject: string) {
    const code = UNNAMED[errno] ?? getSystemErrorName(-errno);
    super(`${call} ${subject}: ${code}`);
    this.code = code;
  }
}

type Native = (...values: unknown[]) => number | bigint | undefined;
type Type = "void" | "int32" | "uint32" | "int64" | "uint64" | "pointer";

/** The process itself: libc, and libuv within Node. */
export const library = new ffi.DynamicLibrary(null);
const errnoLocation = library.getFunction("__errno_location", { arguments: [], return: "pointer" });
const bound = new Map<string, Native>();

/** Calls a function of the library by its name; bound once. */
export function call(
  name: string,
  returns: Type,
  types: readonly Type[],
  values: readonly unknown[],
): number | bigint {
  let native = bound.get(name);
  if (native === undefined) {
    native = library.getFunction(name, { arguments: types, return: returns });
    bound.set(name, native);
  }
  return native(...values) ?? 0;
}

/** The same for a call that answers a negative number and sets errno when it fails. */
export function checked(
  name: string,
  subject: string,
  types: readonly Type[],
  values: readonly unknown[],
): number {
  const result = Number(call(name, "int32", types, values));
  if (result < 0) throw new SystemCallError(name, lastErrno(), subject);
  return result;
}

/** errno, to be asked for right after the call that set it. */
export function lastErrno(): number {
  return ffi.getInt32(errnoLocation() as bigint);
}
