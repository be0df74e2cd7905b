/** Size of a GUID in bytes. */
export const GUID_SIZE = 16;

/**
 * Text of the GUID stored at `offset`, in lower case. The first three groups are stored little-endian, the
 * last two as written (UEFI Specification, appendix A): `5d 2a 3a fe 32 4f …` is fe3a2a5d-4f32-….
 */
export function readGuid(bytes: Buffer, offset: number): string {
  const digits = bytes.toString("hex", offset, offset + GUID_SIZE);
  const groups = [
    reversed(digits.slice(0, 8)),
    reversed(digits.slice(8, 12)),
    reversed(digits.slice(12, 16)),
    digits.slice(16, 20),
    digits.slice(20),
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

/** The digits with their bytes in reverse order. */
function reversed(digits: string): string {
  let result = "";
  for (let at = digits.length; at > 0; at -= 2) result += digits.slice(at - 2, at);
  return result;
}
