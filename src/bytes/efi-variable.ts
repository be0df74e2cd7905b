import { HoldfastError } from "../domain/errors.ts";

/** Attribute bits of an EFI variable (UEFI Specification 8.2). */
export const EFI_NON_VOLATILE = 1;
/** Non-volatile, and both boot and runtime services may access it: what an operating system sets. */
export const EFI_PERSISTENT = 7;

export interface EfiVariable {
  readonly attributes: number;
  readonly data: Buffer;
}

/** Reads a file of efivarfs: u32 attributes, little-endian, then the value. */
export function decodeEfiVariable(bytes: Buffer, where: string): EfiVariable {
  if (bytes.length < 4) {
    const found = `${where} has ${bytes.length} bytes`;
    throw new HoldfastError("badStore", `${found}, an EFI variable begins with 4 bytes of attributes`);
  }
  return { attributes: bytes.readUInt32LE(), data: bytes.subarray(4) };
}

/** The bytes of a file of efivarfs, to be written at once. */
export function encodeEfiVariable({ attributes, data }: EfiVariable): Buffer {
  const bytes = Buffer.alloc(4 + data.length);
  bytes.writeUInt32LE(attributes);
  data.copy(bytes, 4);
  return bytes;
}

/** A text value: UTF-16LE up to the first NUL. */
export function decodeEfiText(data: Buffer, where: string): string {
  if (data.length % 2 === 0) return data.toString("utf16le").replace(/\0.*$/s, "");
  throw new HoldfastError(
    "badStore",
    `${where} has ${data.length} bytes, a text in UTF-16 has an even number`,
  );
}

/** A text value, closed by a NUL as systemd-boot expects it. */
export function encodeEfiText(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf16le");
}
