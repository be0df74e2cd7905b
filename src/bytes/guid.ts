/** Size of a GUID in bytes. */
export const GUID_SIZE = 16;

/**
 * Text of the GUID stored at `offset`, in lower case. The first three groups are stored little-endian, the
 * last two as written (UEFI Specification, appendix A): `5d 2a 3a fe 32 4f …` is fe3a2a5d-4f32-….
 */
export function readGuid(bytes: Buffer, offset: number): string {
  const tail = bytes.toString("hex", offset + 8, offset + GUID_SIZE);
  const groups = [
    hex(bytes.readUInt32LE(offset), 8),
    hex(bytes.readUInt16LE(offset + 4), 4),
    hex(bytes.readUInt16LE(offset + 6), 4),
    tail.slice(0, 4),
    tail.slice(4),
  ];
  return groups.join("-");
}

/** Writes the GUID of `text` at `offset`, in the byte order that `readGuid` reads. */
export function writeGuid(text: string, bytes: Buffer, offset: number): void {
  const digits = text.replaceAll("-", "");
  if (!/^[0-9a-fA-F]{32}$/.test(digits)) throw new RangeError(`"${text}" is no GUID`);
  bytes.writeUInt32LE(Number.parseInt(digits.slice(0, 8), 16), offset);
  bytes.writeUInt16LE(Number.parseInt(digits.slice(8, 12), 16), offset + 4);
  bytes.writeUInt16LE(Number.parseInt(digits.slice(12, 16), 16), offset + 6);
  bytes.write(digits.slice(16), offset + 8, "hex");
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
