import { HoldfastError } from "../domain/errors.ts";

/** A boot option of the firmware, from a variable Boot#### (UEFI Specification 3.1.3, EFI_LOAD_OPTION). */
export interface BootOption {
  /** Whether the firmware's boot manager starts it by itself. */
  readonly active: boolean;
  /** The name that a person sees. */
  readonly description: string;
}

/** LOAD_OPTION_ACTIVE. */
const ACTIVE = 1;
/** u32 attributes and u16 length of the device path stand before the description. */
const DESCRIPTION_AT = 6;

/** Reads attributes and description; what is started by which path does not matter here. Throws `badStore`. */
export function decodeBootOption(data: Buffer, where: string): BootOption {
  if (data.length < DESCRIPTION_AT + 2) {
    throw new HoldfastError("badStore", `${where} has ${data.length} bytes, too few for a boot option`);
  }
  for (let at = DESCRIPTION_AT; at + 2 <= data.length; at += 2) {
    if (data.readUInt16LE(at) !== 0) continue;
    const description = data.toString("utf16le", DESCRIPTION_AT, at);
    return { active: (data.readUInt32LE() & ACTIVE) !== 0, description };
  }
  throw new HoldfastError("badStore", `the description in ${where} has no end`);
}

/** Numbers of boot options, as BootOrder holds any of them and BootNext and BootCurrent one. Throws `badStore`. */
export function decodeBootNumbers(data: Buffer, where: string): number[] {
  if (data.length % 2 !== 0) {
    throw new HoldfastError(
      "badStore",
      `${where} has ${data.length} bytes, two for each boot option are right`,
    );
  }
  return Array.from({ length: data.length / 2 }, (_, index) => data.readUInt16LE(index * 2));
}

/** The bytes of BootOrder or BootNext. */
export function encodeBootNumbers(numbers: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(numbers).buffer);
}

/** The name of a boot option's variable, such as "Boot000A". */
export function bootOptionName(number: number): string {
  return `Boot${number.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The number in the name of a boot option's variable; null for any other variable. */
export function bootOptionNumber(name: string): number | null {
  const digits = /^Boot([0-9A-F]{4})$/.exec(name)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}
