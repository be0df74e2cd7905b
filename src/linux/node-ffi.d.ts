/** The part of Node 26's experimental `node:ffi` that src/linux uses; @types/node has none yet. */
declare module "node:ffi" {
  type NativeType =
    | "void"
    | "int32"
    | "uint32"
    | "int64"
    | "uint64"
    | "double"
    | "pointer"
    | "buffer"
    | "string";
  interface Signature {
    readonly arguments: readonly NativeType[];
    readonly return: NativeType;
  }
  type NativeFunction = (...values: unknown[]) => number | bigint | undefined;
  class DynamicLibrary {
    constructor(path: string | null);
    getFunction(name: string, signature: Signature): NativeFunction;
    registerCallback(signature: Signature, callback: (...values: never[]) => unknown): bigint;
    unregisterCallback(pointer: bigint): void;
  }
  function getCurrentEventLoop(): bigint;
  function getInt32(pointer: bigint): number;
  function getRawPointer(buffer: Uint8Array): bigint;
  function toArrayBuffer(pointer: bigint, length: number, copy: boolean): ArrayBuffer;
  const ffi: {
    DynamicLibrary: typeof DynamicLibrary;
    getCurrentEventLoop: typeof getCurrentEventLoop;
    getInt32: typeof getInt32;
    getRawPointer: typeof getRawPointer;
    /** The text at an address, to its NUL byte; null for NULL. */
    toString(pointer: bigint): string | null;
    toArrayBuffer: typeof toArrayBuffer;
  };
  export default ffi;
}
