import { HoldfastError } from "../domain/errors.ts";
import type { SchemeName } from "../domain/scheme.ts";
import type { Scheme } from "./scheme.ts";
import { androidGptScheme } from "./schemes/android-gpt.ts";
import { androidMiscScheme, avbAbScheme } from "./schemes/android-misc.ts";
import { chromeosScheme } from "./schemes/chromeos-gpt.ts";
import { counterFileScheme } from "./schemes/counter-file.ts";
import { customScheme } from "./schemes/custom.ts";
import { grubenvScheme } from "./schemes/grubenv.ts";
import { raucScheme } from "./schemes/rauc.ts";
import { systemdBootScheme } from "./schemes/systemd-boot.ts";
import { ubootEnvScheme } from "./schemes/uboot-env.ts";

/** Every scheme that can be opened, in the order in which discovery asks them. */
export const SCHEMES: readonly Scheme[] = [
  systemdBootScheme,
  androidMiscScheme,
  avbAbScheme,
  androidGptScheme,
  chromeosScheme,
  raucScheme,
  ubootEnvScheme,
  grubenvScheme,
  customScheme,
  counterFileScheme,
];

/** The row of a scheme; undefined for `memory`, which no device has. */
function findScheme(name: string): Scheme | undefined {
  return SCHEMES.find((scheme) => scheme.name === name);
}

/** The row of the scheme that a person named; throws `usage` with the known ones. */
export function schemeNamed(name: string): Scheme {
  const scheme = findScheme(name);
  if (scheme !== undefined) return scheme;
  const known = SCHEMES.map((each) => each.name);
  const last = known.at(-1);
  throw new HoldfastError(
    "usage",
    `there is no scheme "${name}"; there are ${known.slice(0, -1).join(", ")} and ${last}`,
  );
}

/** Whether a scheme's bootloader never starts a slot of priority 0. */
export function zeroNeverBoots(name: SchemeName): boolean {
  return findScheme(name)?.zeroNeverBoots ?? false;
}
