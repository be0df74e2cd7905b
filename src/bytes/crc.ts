import library from "crc/calculators/crc32";

/**
 * CRC-32/IEEE (reflected polynomial 0xEDB88320) of GPT headers, U-Boot environments and Android's
 * bootloader_control, as an unsigned number. Not zlib's: loading node:zlib brings all of streams into every
 * start of gate.
 */
export function crc32(bytes: Uint8Array): number {
  return library(bytes) >>> 0;
}
