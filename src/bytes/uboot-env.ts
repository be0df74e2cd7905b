import { HoldfastError } from "../domain/errors.ts";
import { crc32 } from "./crc.ts";

/**
 * U-Boot's environment on storage (include/env_internal.h, tools/env/fw_env.c): a CRC-32 in the byte order
 * of the processor (little endian here), in a redundant copy one flag byte that the checksum leaves out, then
 * NAME=VALUE strings that end in NUL each, one more NUL, and padding that the checksum covers.
 */
export type EnvLayout = "single" | "redundant";

/** One copy, decoded so that every byte survives. */
export interface UbootEnv {
  readonly layout: EnvLayout;
  /** Tells which of two copies is newer; null in a single one. */
  readonly flags: number | null;
  /** In stored order, as latin1; mostly NAME=VALUE. */
  readonly strings: readonly string[];
  /** What follows the closing NUL: U-Boot fills it with 0x00, mkenvimage with 0xFF. */
  readonly padding: Buffer;
}

/** Where the strings begin. */
function envDataStart(layout: EnvLayout): number {
  return layout === "single" ? 4 : 5;
}

/** Whether the checksum is right when the bytes are taken for this layout. */
export function envChecksumFits(bytes: Buffer, layout: EnvLayout): boolean {
  const start = envDataStart(layout);
  return bytes.length > start && bytes.readUInt32LE(0) === crc32(bytes.subarray(start));
}

/** Decodes one copy; `where` names it in errors. Throws `badStore` for a wrong checksum or a missing end. */
export function decodeEnv(bytes: Buffer, layout: EnvLayout, where: string): UbootEnv {
  const start = envDataStart(layout);
  if (!envChecksumFits(bytes, layout)) {
    throw new HoldfastError("badStore", `${where}: the checksum of the U-Boot environment is wrong`);
  }
  const data = bytes.subarray(start);
  const end = data[0] === 0 ? 0 : data.indexOf("\0\0", 0, "latin1") + 1;
  if (end === 0 && data[0] !== 0) {
    throw new HoldfastError(
      "badStore",
      `${where}: the U-Boot environment has no end, two NULs would be right`,
    );
  }
  const text = data.toString("latin1", 0, Math.max(end - 1, 0));
  return {
    layout,
    flags: layout === "single" ? null : bytes.readUInt8(4),
    strings: end === 0 ? [] : text.split("\0"),
    padding: Buffer.from(data.subarray(end + 1)),
  };
}

/** The bytes of one copy of `size` bytes. Throws `refused` when the strings do not fit. */
export function encodeEnv(env: UbootEnv, size: number, where: string): Buffer {
  const start = envDataStart(env.layout);
  const text = Buffer.from(`${env.strings.map((each) => `${each}\0`).join("")}\0`, "latin1");
  const room = size - start - text.length;
  if (room < 0) {
    const found = `the U-Boot environment would need ${start + text.length} bytes`;
    throw new HoldfastError("refused", `${where}: ${found}, there is room for ${size}; nothing was written`);
  }
  const bytes = Buffer.concat([Buffer.alloc(start), text, paddingOf(env, room)]);
  if (env.flags !== null) bytes.writeUInt8(env.flags, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(start)), 0);
  return bytes;
}

/** Values by name; of twins the last counts, as in U-Boot's own import. */
export function envVariables(env: UbootEnv): ReadonlyMap<string, string> {
  return new Map(
    env.strings.flatMap((each) => {
      const equals = each.indexOf("=");
      return equals > 0 ? [[each.slice(0, equals), each.slice(equals + 1)] as const] : [];
    }),
  );
}

/** Sets variables in place, appends new ones, removes those that are null; the rest keeps its order. */
export function editEnv(env: UbootEnv, edits: ReadonlyMap<string, string | null>): UbootEnv {
  const nameOf = (text: string) => text.slice(0, Math.max(text.indexOf("="), 0));
  const last = new Map(env.strings.map((each, index) => [nameOf(each), index]));
  const edited = env.strings.flatMap((each, index) => {
    const value = edits.get(nameOf(each));
    if (value === undefined) return [each];
    return value === null || last.get(nameOf(each)) !== index ? [] : [`${nameOf(each)}=${value}`];
  });
  const added = [...edits].filter(([name, value]) => value !== null && !last.has(name));
  return { ...env, strings: [...edited, ...added.map(([name, value]) => `${name}=${value}`)] };
}

/** The old padding as far as it reaches, so that nothing changes but what has to. */
function paddingOf(env: UbootEnv, room: number): Buffer {
  const { padding } = env;
  if (padding.length >= room) return padding.subarray(padding.length - room);
  return Buffer.concat([Buffer.alloc(room - padding.length, padding[0] ?? 0), padding]);
}

/** How a writer tells the newer of two copies by their flag bytes (tools/env/fw_env.c). */
export type EnvFlagRule = "incremental" | "boolean";

/** Index of the newer of two valid copies; equal flags mean the first. */
export function newerEnv(first: number, second: number, rule: EnvFlagRule): 0 | 1 {
  if (rule === "boolean") return second === 1 && first !== 1 ? 1 : 0;
  if (first === 255 && second === 0) return 1;
  if (first === 0 && second === 255) return 0;
  return second > first ? 1 : 0;
}
