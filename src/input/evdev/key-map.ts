import { Key } from "../../bytes/input-event.ts";

/**
 * What a key is for. `move` acts on press and repeats by the menu's own clock (phone keys have none in the
 * kernel). `power` acts on release, so that holding it can do something else, or nothing. `choose` and `back`
 * act on press.
 */
export type KeyRole = "previous" | "next" | "choose" | "back" | "erase" | "power";

const ROLES: ReadonlyMap<number, KeyRole> = new Map<number, KeyRole>([
  [Key.volumeUp, "previous"],
  [Key.volumeDown, "next"],
  [Key.power, "power"],
  [Key.power2, "power"],
  [Key.up, "previous"],
  [Key.left, "previous"],
  [Key.down, "next"],
  [Key.right, "next"],
  [Key.tab, "next"],
  [Key.enter, "choose"],
  [Key.keypadEnter, "choose"],
  [Key.space, "choose"],
  [Key.ok, "choose"],
  [Key.select, "choose"],
  // A headset's button, a camera's, and the home key below old screens.
  [Key.media, "choose"],
  [Key.playPause, "choose"],
  [Key.camera, "choose"],
  [Key.homepage, "choose"],
  [Key.esc, "back"],
  [Key.backspace, "erase"],
  [Key.back, "back"],
  [Key.dpadUp, "previous"],
  [Key.dpadLeft, "previous"],
  [Key.dpadDown, "next"],
  [Key.dpadRight, "next"],
  [Key.buttonSouth, "choose"],
  [Key.buttonEast, "back"],
]);

/** Characters of a US keyboard from a code on, without and with shift. */
const CHARACTERS: readonly (readonly [number, string, string])[] = [
  [2, "1234567890-=", "!@#$%^&*()_+"],
  [16, "qwertyuiop[]", "QWERTYUIOP{}"],
  [30, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [43, "\\zxcvbnm,./", "|ZXCVBNM<>?"],
  [57, " ", " "],
];
/** The digits of a keypad, from KEY_KP7 (71) on; it has other keys between them. */
const KEYPAD = "789-456+1230.";

/** Codes of the keys that do something in the menu. */
export const MENU_KEYS: ReadonlySet<number> = new Set(ROLES.keys());

/** What the key is for; undefined when nothing. */
export function roleOf(code: number): KeyRole | undefined {
  return ROLES.get(code);
}

/** The character of a key on a US keyboard; undefined when it has none. */
export function characterOf(code: number, shift: boolean): string | undefined {
  for (const [first, plain, shifted] of CHARACTERS) {
    const found = (shift ? shifted : plain)[code - first];
    if (found !== undefined && code >= first) return found;
  }
  return code >= 71 ? KEYPAD[code - 71] : undefined;
}
