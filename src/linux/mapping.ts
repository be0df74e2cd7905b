import ffi from "node:ffi";
import { call, checked, lastErrno, SystemCallError } from "./native.ts";

/** Where the bytes of a buffer lie, for structures that point to others. The caller keeps the buffer meanwhile. */
export function addressOf(buffer: Buffer): bigint {
  return ffi.getRawPointer(buffer);
}

/** Memory that a device shares with this process. */
export interface Mapping {
  readonly bytes: Buffer;
  /** `bytes` must not be touched any more. */
  unmap(): void;
}

/** mmap(2) for reading and writing, shared with the device. */
export function mapShared(fd: number, offset: bigint, length: number, path: string): Mapping {
  const [readWrite, shared, failed] = [1 | 2, 1, 0xffff_ffff_ffff_ffffn];
  const types = ["uint64", "uint64", "int32", "int32", "int32", "int64"] as const;
  const values = [0n, BigInt(length), readWrite, shared, fd, offset];
  const address = BigInt.asUintN(64, BigInt(call("mmap", "uint64", types, values)));
  if (address === failed) throw new SystemCallError("mmap", lastErrno(), path);
  return {
    bytes: Buffer.from(ffi.toArrayBuffer(address, length, false)),
    unmap: () => {
      checked("munmap", path, ["uint64", "uint64"], [address, BigInt(length)]);
    },
  };
}
