/** A value of a dictionary: its type, and its bytes as GVariant has them. */
export interface TypedBytes {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * Encodes an a{sv} in GVariant's serialised form (the GVariant Specification 1.0), for dictionaries of less than 256
 * bytes, whose offsets have one byte each.
 * @throws RangeError where it would be larger.
 */
export function encodeDictionary(values: Readonly<Record<string, TypedBytes>>): Buffer {
  const parts: Buffer[] = [];
  const ends: number[] = [];
  let end = 0;
  for (const [key, { type, bytes }] of Object.entries(values)) {
    const name = Buffer.from(`${key}\0`);
    // A variant begins at a multiple of eight; it is its value, a zero byte and the type as text.
    const entry = Buffer.concat([padded(name), bytes, Buffer.from(`\0${type}`), Buffer.from([name.length])]);
    const gap = Buffer.alloc(-end & 7);
    parts.push(gap, entry);
    end += gap.length + entry.length;
    ends.push(end);
  }
  const whole = Buffer.concat([...parts, Buffer.from(ends)]);
  if (whole.length > 0xff) throw new RangeError(`a dictionary of ${whole.length} bytes has wider offsets`);
  return whole;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 7)]);
}
