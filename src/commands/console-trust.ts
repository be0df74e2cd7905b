import { promisify } from "node:util";
import type { Config } from "../config/schema.ts";
import type { Reason } from "../domain/plan.ts";
import type { Trust } from "../session/gate.ts";

/** Cost of scrypt: 16 MB and some 50 ms on a phone, for every guess. */
const COST = { N: 16_384, r: 8, p: 1 } as const;

/**
 * What the configuration lets each console do, and whether a PIN opens those that ask for it. Behind one that
 * cannot be believed, which might have trusted some of them less, nobody can change anything.
 */
export function consoleTrust(
  { console }: Config,
  readOnly: Reason | null,
): {
  of(name: string): Trust;
  verify(pin: string): Promise<boolean>;
} {
  return {
    of(name) {
      if (readOnly !== null) return "strict";
      if (console.read_only.includes(name)) return "read-only";
      return console.ask_pin.includes(name) ? "pin" : "full";
    },
    verify: async (pin) => console.pin !== undefined && isPin(pin, console.pin),
  };
}

/** Whether a PIN is the one whose salted hash is given, as "scrypt:SALT:KEY" in hexadecimal. */
export async function isPin(pin: string, salted: string): Promise<boolean> {
  const [, salt = "", key = ""] = salted.split(":");
  const expected = Buffer.from(key, "hex");
  // With the first PIN only: it takes a tenth of the menu's start to load.
  const { scrypt, timingSafeEqual } = await import("node:crypto");
  const hash = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);
  const found = await hash(pin, Buffer.from(salt, "hex"), expected.length, COST);
  return timingSafeEqual(found, expected);
}
