import ffi from "node:ffi";

type Result = "void" | "int32" | "uint64" | "double" | "pointer";
type Native = (...values: unknown[]) => unknown;

/** An address that libinput gave; 0n is NULL. */
export type Handle = bigint;

/**
 * The functions of the system's libinput by their names in libinput.h. Handles are passed as bigints, everything else
 * (numbers, codes, a width) as a number of 32 bits.
 */
export class LibinputCalls {
  readonly #library: InstanceType<typeof ffi.DynamicLibrary>;
  readonly #functions = new Map<string, Native>();

  /** Throws where the library, or one that it needs, is not there. */
  constructor() {
    this.#library = new ffi.DynamicLibrary("libinput.so.10");
  }

  handle(name: string, ...values: readonly (Handle | number)[]): Handle {
    return (this.#call(name, "pointer", values) ?? 0n) as bigint;
  }

  number(name: string, ...values: readonly (Handle | number)[]): number {
    return Number(this.#call(name, "int32", values));
  }

  double(name: string, ...values: readonly (Handle | number)[]): number {
    return Number(this.#call(name, "double", values));
  }

  /** Such as a time in microseconds. */
  long(name: string, ...values: readonly (Handle | number)[]): number {
    return Number(this.#call(name, "uint64", values));
  }

  text(name: string, of: Handle): string {
    return ffi.toString(this.handle(name, of)) ?? "";
  }

  nothing(name: string, of: Handle): void {
    this.#call(name, "void", [of]);
  }

  #call(name: string, returns: Result, values: readonly (Handle | number)[]): unknown {
    let native = this.#functions.get(name);
    if (native === undefined) {
      const types = values.map((value) => (typeof value === "bigint" ? "pointer" : "int32"));
      native = this.#library.getFunction(name, { arguments: types, return: returns }) as Native;
      this.#functions.set(name, native);
    }
    return native(...values);
  }
}
