import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The part of the configuration that names terminals. */
export interface ConsoleChoice {
  readonly console: { readonly serial: "auto" | readonly string[] };
}

/** Virtual terminals belong to the panel; "ttynull" leads nowhere. */
const NOT_SERIAL = /^(tty\d+|ttynull)$/;

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return otherwise;
  }
}

/** The 8250 driver registers ports without a UART behind them (type 0); opening works, I/O does not. */
function hasHardware(name: string, sysfs: string): boolean {
  return !/^ttyS\d+$/.test(name) || readOr(join(sysfs, "class/tty", name, "type"), "") !== "0";
}

function devicePath(name: string): string {
  return name.startsWith("/") ? name : `/dev/${name}`;
}

/**
 * Device paths of the terminals that show the menu: those that the configuration lists, else every console
 * of the kernel that is not the panel's. `sysfs` is where sysfs is mounted.
 */
export function serialConsolePaths(config: ConsoleChoice, sysfs = "/sys"): string[] {
  const { serial } = config.console;
  if (serial !== "auto") return [...new Set(serial.map(devicePath))];
  const active = readOr(join(sysfs, "class/tty/console/active"), "");
  return active
    .split(/\s+/)
    .filter((name) => name !== "" && !NOT_SERIAL.test(name) && hasHardware(name, sysfs))
    .map(devicePath);
}
