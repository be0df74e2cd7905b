/** One record of struct input_event (linux/input.h). */
export interface InputEvent {
  /** Milliseconds of the device's clock. */
  readonly time: number;
  readonly type: number;
  readonly code: number;
  readonly value: number;
}

/** Bytes of a "long" of the process that reads: the kernel gives each process the records of its own size. */
export type WordSize = 4 | 8;

/** Bytes of one record: two longs of time, type, code and value. */
export function eventSize(word: WordSize): number {
  return word * 2 + 8;
}

/** Reads whole records; what is left over at the end (never seen from the kernel) is dropped. */
export function parseInputEvents(bytes: Buffer, word: WordSize = 8): InputEvent[] {
  const events: InputEvent[] = [];
  const size = eventSize(word);
  // Seconds of 32 bits are unsigned since kernels know the year 2038.
  const long = (at: number) => (word === 8 ? Number(bytes.readBigInt64LE(at)) : bytes.readUInt32LE(at));
  for (let at = 0; at + size <= bytes.length; at += size) {
    const rest = at + word * 2;
    events.push({
      time: long(at) * 1000 + Math.floor(long(at + word) / 1000),
      type: bytes.readUInt16LE(rest),
      code: bytes.readUInt16LE(rest + 2),
      value: bytes.readInt32LE(rest + 4),
    });
  }
  return events;
}

/** Limits of one axis, from struct input_absinfo. */
export interface AxisInfo {
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
}

export const AXIS_INFO_SIZE = 24;

/** Reads struct input_absinfo: six i32, value, minimum, maximum, fuzz, flat, resolution. */
export function parseAxisInfo(bytes: Buffer): AxisInfo {
  return { value: bytes.readInt32LE(0), minimum: bytes.readInt32LE(4), maximum: bytes.readInt32LE(8) };
}

/** Numbers of the set bits of a kernel bit mask, least significant byte first, as EVIOCGKEY fills it. */
export function setBits(mask: Buffer): number[] {
  const found: number[] = [];
  for (let bit = 0; bit < mask.length * 8; bit += 1) {
    if (((mask[bit >> 3] ?? 0) >> (bit & 7)) & 1) found.push(bit);
  }
  return found;
}

/**
 * Numbers of the set bits of a sysfs capability file: hexadecimal words of the reader's size, most significant first,
 * separated by spaces, leading zero words left out.
 */
export function parseCapabilityMask(text: string, word: WordSize = 8): Set<number> {
  const found = new Set<number>();
  const words = text.trim().split(/\s+/).reverse();
  for (const [index, digits] of words.entries()) {
    if (!/^[0-9a-f]+$/i.test(digits) || digits.length > word * 2) continue;
    const value = BigInt(`0x${digits}`);
    for (let bit = 0; bit < word * 8; bit += 1)
      if ((value >> BigInt(bit)) & 1n) found.add(index * word * 8 + bit);
  }
  return found;
}

/** Event types of linux/input-event-codes.h. */
export const EventType = { syn: 0, key: 1, rel: 2, abs: 3, switch: 5 } as const;

/** Codes of EV_SYN. */
export const Syn = { report: 0, mtReport: 2, dropped: 3 } as const;

/** Codes of EV_KEY that the menu knows. */
export const Key = {
  esc: 1,
  backspace: 14,
  tab: 15,
  enter: 28,
  leftShift: 42,
  rightShift: 54,
  space: 57,
  keypadEnter: 96,
  up: 103,
  left: 105,
  right: 106,
  down: 108,
  volumeDown: 114,
  volumeUp: 115,
  power: 116,
  back: 158,
  playPause: 164,
  homepage: 172,
  camera: 212,
  media: 226,
  ok: 352,
  select: 353,
  power2: 356,
  /** From here on they are buttons (BTN_MISC), with few exceptions. */
  buttonFirst: 0x100,
  buttonLeft: 0x110,
  buttonSouth: 0x130,
  buttonEast: 0x131,
  toolPen: 0x140,
  toolFinger: 0x145,
  touch: 0x14a,
  stylus: 0x14b,
  dpadUp: 0x220,
  dpadDown: 0x221,
  dpadLeft: 0x222,
  dpadRight: 0x223,
} as const;

/** Codes of EV_REL that the menu knows. */
export const Relative = { x: 0, y: 1, dial: 7, wheel: 8 } as const;

/** Codes of EV_ABS that the menu knows. */
export const Axis = {
  x: 0,
  y: 1,
  z: 2,
  hatX: 16,
  hatY: 17,
  slot: 47,
  touchMajor: 48,
  positionX: 53,
  positionY: 54,
  trackingId: 57,
  pressure: 58,
} as const;

/** Codes of EV_SW that the menu knows: 1 is closed. */
export const Switch = { lid: 0 } as const;

/** Input properties of a device. */
export const Property = { direct: 1, accelerometer: 6 } as const;
