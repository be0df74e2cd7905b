/** "LUKS" 0xba 0xbe: the magic of both versions (cryptsetup, docs/on-disk-format*.pdf). */
const MAGIC = Buffer.from("4c554b53babe", "hex");
/** Bytes from the start that `luksHeaderSpan` needs: LUKS2's binary header and the beginning of its JSON. */
export const LUKS_PROBE_SIZE = 4096 + 12_288;
/** What the headers and key slots take where the header does not say it: cryptsetup's own default. */
export const LUKS_DEFAULT_SPAN = 16 * 1024 * 1024;

export function isLuksHeader(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/**
 * Bytes from the start of a LUKS volume that hold its headers and key slots; LUKS_DEFAULT_SPAN where a damaged
 * header does not say it. LUKS1: payload offset in sectors at 104; LUKS2: JSON behind 4096 bytes.
 */
export function luksHeaderSpan(bytes: Buffer): number {
  if (!isLuksHeader(bytes) || bytes.length < LUKS_PROBE_SIZE) return LUKS_DEFAULT_SPAN;
  const span = bytes.readUInt16BE(6) === 1 ? bytes.readUInt32BE(104) * 512 : luks2Span(bytes);
  const isLikely = Number.isInteger(span) && span >= LUKS_PROBE_SIZE && span <= 8 * LUKS_DEFAULT_SPAN;
  return isLikely ? span : LUKS_DEFAULT_SPAN;
}

/** Two headers of hdr_size bytes and the area of the key slots. */
function luks2Span(bytes: Buffer): number {
  const headerSize = Number(bytes.readBigUInt64BE(8));
  const text = bytes.toString("latin1", 4096);
  const slots = /"keyslots_size"\s*:\s*"(\d{1,12})"/.exec(text)?.[1];
  return slots === undefined ? Number.NaN : 2 * headerSize + Number(slots);
}
