/** One record of struct input_event (linux/input.h). */
export interface InputEvent {
  /** Milliseconds of the device's clock. */
  readonly time: number;
  readonly type: number;
  readonly code: number;
  readonly value: number;
}

/** Bytes of one record where kernel and process have 64 bits. */
export const EVENT_SIZE = 24;

/** Reads whole records; what is left over at the end (never seen from the kernel) is dropped. */
export function parseInputEvents(bytes: Buffer): InputEvent[] {
  const events: InputEvent[] = [];
  for (let at = 0; at + EVENT_SIZE <= bytes.length; at += EVENT_SIZE) {
    events.push({
      time: Number(bytes.readBigInt64LE(at)) * 1000 + Math.floor(Number(bytes.readBigInt64LE(at + 8)) / 1000),
      type: bytes.readUInt16LE(at + 16),
      code: bytes.readUInt16LE(at + 18),
      value: bytes.readInt32LE(at + 20),
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
 * Numbers of the set bits of a sysfs capability file: hexadecimal 64-bit words, most significant first,
 * separated by spaces, leading zero words left out.
 */
export function parseCapabilityMask(text: string): Set<number> {
  const found = new Set<number>();
  const words = text.trim().split(/\s+/).reverse();
  for (const [index, word] of words.entries()) {
    if (!/^[0-9a-f]{1,16}$/i.test(word)) continue;
    const value = BigInt(`0x${word}`);
    for (let bit = 0n; bit < 64n; bit += 1n) if ((value >> bit) & 1n) found.add(index * 64 + Number(bit));
  }
  return found;
}

/** Event types of linux/input-event-codes.h. */
export const EventType = { syn: 0, key: 1, rel: 2, abs: 3 } as const;

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

/** Input properties of a device. */
export const Property = { direct: 1, accelerometer: 6 } as const;
