import { HoldfastError } from "./errors.ts";
import type { Reason, ReasonCode } from "./plan.ts";

const KEY_NAMES: Readonly<Record<string, string>> = {
  "volume-down": "Volume down",
  "volume-up": "Volume up",
  power: "Power",
};

/** Why the menu may be asked for by whoever starts it: the probe or a person at a shell. */
export const MENU_REASON_CODES = ["key-held", "command-line", "nothing-bootable", "chosen"] as const;
export type MenuReasonCode = (typeof MENU_REASON_CODES)[number];

export function isMenuReasonCode(code: string): code is MenuReasonCode & ReasonCode {
  return (MENU_REASON_CODES as readonly string[]).includes(code);
}

/** Says which codes there are. */
export function unknownReason(code: string): HoldfastError {
  const known = MENU_REASON_CODES.join(", ");
  return new HoldfastError("usage", `"${code}" is no reason to show the menu; known are ${known}.`);
}

/** The sentence of a reason that the probe found. `key` is the configuration's name of the menu key. */
export function menuReason(code: MenuReasonCode, key: string): Reason {
  const texts: Readonly<Record<MenuReasonCode, string>> = {
    "key-held": `${KEY_NAMES[key] ?? key} was held at start.`,
    "command-line": "The kernel command line asks for this menu.",
    "nothing-bootable": "No slot can be started.",
    chosen: "You asked for this menu.",
  };
  return { code, text: texts[code] };
}
