import { HoldfastError } from "../domain/errors.ts";

/** Where one copy of U-Boot's environment lies, from a line of fw_env.config. Numbers are bytes. */
export interface EnvLocation {
  /** Device or file. */
  readonly device: string;
  /** Negative: counted from the end of the device. */
  readonly offset: number;
  readonly size: number;
  /** Size of an erase block of flash memory; null when not given. */
  readonly sectorSize: number | null;
  /** Erase blocks that belong to the copy; null when not given. */
  readonly sectors: number | null;
}

/**
 * Reads fw_env.config (U-Boot: tools/env/fw_env.config; libubootenv: docs/fw_env_config.md): "device offset
 * size [sector-size [sectors]]" per copy, one line for a single environment, two for a redundant one, "#"
 * begins a comment. As in both tools the offset is a C number and the others are hexadecimal with or without
 * 0x. Throws `badConfig` naming file and line.
 */
export function parseFwEnvConfig(text: string, file: string): EnvLocation[] {
  const found = text.split("\n").flatMap((line, index) => locationOf(line, `${file}:${index + 1}`));
  const [first, second] = found;
  if (first === undefined || found.length > 2) {
    throw bad(file, `${found.length} copies are named, 1 or 2 would be right`);
  }
  if (second !== undefined) checkPair(first, second, file);
  return found;
}

function locationOf(line: string, where: string): EnvLocation[] {
  const words = line.replace(/#.*/, "").split(/\s+/).filter(Boolean);
  const [device, offset, size, sectorSize, sectors, ...rest] = words;
  if (device === undefined) return [];
  // The YAML form of libubootenv begins with a name and a colon.
  if (device.endsWith(":")) throw bad(where, "the YAML form of libubootenv is not supported yet");
  // libubootenv takes a sixth column, "disable lock", which does not matter here.
  if (offset === undefined || size === undefined || rest.length > 1) {
    throw bad(where, `found "${line.trim()}", "device offset size [sector-size [sectors]]" would be right`);
  }
  const location = {
    device,
    offset: cNumber(offset, where),
    size: hexNumber(size, where),
    sectorSize: sectorSize === undefined ? null : hexNumber(sectorSize, where),
    sectors: sectors === undefined ? null : hexNumber(sectors, where),
  };
  if (location.size < 16 || location.size > MAX_SIZE) {
    throw bad(where, `the size is ${location.size} bytes, 16 to ${MAX_SIZE} would be right`);
  }
  return [location];
}

/** Far above any real environment; keeps a typing error from filling the memory. */
const MAX_SIZE = 16 << 20;

/** As strtoll with base 0: decimal, octal with a leading 0, hexadecimal with 0x, and a sign. */
function cNumber(word: string, where: string): number {
  const [, sign = "", digits = ""] = /^([+-]?)(0x[0-9a-f]{1,13}|\d{1,15})$/i.exec(word) ?? [];
  const octal = /^0[0-7]+$/.test(digits);
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  if (digits === "" || Number.isNaN(value) || (/^0\d/.test(digits) && !octal)) {
    throw bad(where, `the offset is "${word}", a number such as 0x3F8000 or -0x4000 would be right`);
  }
  return sign === "-" && value !== 0 ? -value : value;
}

function hexNumber(word: string, where: string): number {
  if (/^(0x)?[0-9a-f]{1,8}$/i.test(word)) return Number.parseInt(word, 16);
  throw bad(where, `found "${word}", a hexadecimal number such as 0x4000 would be right`);
}

function checkPair(first: EnvLocation, second: EnvLocation, file: string): void {
  if (first.size !== second.size) {
    throw bad(file, `the copies have ${first.size} and ${second.size} bytes, the same would be right`);
  }
  const fromSameEnd = first.offset < 0 === second.offset < 0;
  const apart = Math.abs(first.offset - second.offset);
  if (first.device === second.device && fromSameEnd && apart < first.size) {
    throw bad(file, `the two copies overlap on ${first.device}`);
  }
}

function bad(where: string, what: string): HoldfastError {
  return new HoldfastError("badConfig", `${where}: ${what}`);
}
