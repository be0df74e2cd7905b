import { eventSize } from "./input-event.ts";

/** Of linux/input.h: EV_FF and the effect FF_RUMBLE. */
export const FORCE_FEEDBACK = { type: 0x15, rumble: 80 } as const;

/** Bytes of struct ff_effect where kernel and process have 64 bits. */
export const EFFECT_SIZE = 48;
/** Where the kernel writes the number that it gave an effect: `id`, an i16. */
const ID_AT = 2;

/** A new effect (id -1): both motors at full strength for so many milliseconds. */
export function encodeRumble(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(EFFECT_SIZE);
  bytes.writeUInt16LE(FORCE_FEEDBACK.rumble, 0);
  bytes.writeInt16LE(-1, ID_AT);
  bytes.writeUInt16LE(milliseconds, 10);
  bytes.writeUInt16LE(0xffff, 16);
  bytes.writeUInt16LE(0xffff, 18);
  return bytes;
}

/** The number that the kernel gave an effect it took. */
export function effectId(effect: Buffer): number {
  return effect.readInt16LE(ID_AT);
}

/** struct input_event that plays an effect once. */
export function encodePlay(id: number): Buffer {
  const bytes = Buffer.alloc(eventSize(8));
  bytes.writeUInt16LE(FORCE_FEEDBACK.type, 16);
  bytes.writeUInt16LE(id, 18);
  bytes.writeInt32LE(1, 20);
  return bytes;
}
