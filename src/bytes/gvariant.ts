import { HoldfastError } from "../domain/errors.ts";

/** A decoded value: text for s, o and g, bytes for ay, tuples and arrays as arrays, a variant as what it holds. */
export type Value = string | number | bigint | boolean | Buffer | null | readonly Value[];

interface Type {
  readonly kind: "basic" | "bytes" | "array" | "maybe" | "tuple" | "variant";
  readonly code: string;
  readonly parts: readonly Type[];
  readonly alignment: number;
  /** Bytes of every value of this type; null where they differ. */
  readonly size: number | null;
}

/** Alignment and size of the basic types; 0 stands for a size that differs. */
const BASIC: Readonly<Record<string, readonly [alignment: number, size: number]>> = {
  b: [1, 1],
  y: [1, 1],
  n: [2, 2],
  q: [2, 2],
  i: [4, 4],
  u: [4, 4],
  h: [4, 4],
  x: [8, 8],
  t: [8, 8],
  d: [8, 8],
  s: [1, 0],
  o: [1, 0],
  g: [1, 0],
};
/** As deep as GLib itself goes for what it does not trust is more than any file that is read here needs. */
const MAX_DEPTH = 32;

/**
 * Decodes a value in GVariant's serialised form (the GVariant Specification 1.0), numbers little-endian. Throws
 * `badStore` for what is not in normal form: GLib would read defaults there, which would be invented values.
 */
export function decodeVariant(type: string, bytes: Buffer, where: string): Value {
  const fail: Fail = (what) => new HoldfastError("badStore", `${where}: ${what}`);
  return decode(parseType(type, fail), bytes, fail, 0);
}

/** The value of a key in a decoded a{sv}; null when it has none. */
export function lookup(dictionary: Value, key: string): Value {
  if (!Array.isArray(dictionary)) return null;
  const entry = dictionary.find((each: Value) => Array.isArray(each) && each[0] === key);
  return Array.isArray(entry) ? (entry[1] ?? null) : null;
}

type Fail = (what: string) => HoldfastError;

function parseType(text: string, fail: Fail): Type {
  const [type, rest] = takeType(text, fail, 0);
  if (rest === "") return type;
  throw fail(`"${text.slice(0, 40)}" is more than one type`);
}

function takeType(text: string, fail: Fail, depth: number): [Type, string] {
  const code = text.charAt(0);
  const basic = BASIC[code];
  if (depth > MAX_DEPTH) throw fail("its type is nested too deep");
  if (basic !== undefined) {
    return [{ kind: "basic", code, parts: [], alignment: basic[0], size: basic[1] || null }, text.slice(1)];
  }
  if (code === "v") return [{ kind: "variant", code, parts: [], alignment: 8, size: null }, text.slice(1)];
  if (code === "a" || code === "m") {
    const [part, rest] = takeType(text.slice(1), fail, depth + 1);
    const kind = code === "m" ? "maybe" : part.code === "y" ? "bytes" : "array";
    return [{ kind, code, parts: [part], alignment: part.alignment, size: null }, rest];
  }
  const end = { "(": ")", "{": "}" }[code];
  if (end === undefined) throw fail(`"${text.slice(0, 40)}" is no type`);
  return takeTuple(text.slice(1), end, fail, depth);
}

function takeTuple(text: string, end: string, fail: Fail, depth: number): [Type, string] {
  const parts: Type[] = [];
  let rest = text;
  while (!rest.startsWith(end)) {
    const [part, after] = takeType(rest, fail, depth + 1);
    parts.push(part);
    rest = after;
  }
  const alignment = Math.max(1, ...parts.map((part) => part.alignment));
  return [{ kind: "tuple", code: "(", parts, alignment, size: fixedSize(parts, alignment) }, rest.slice(1)];
}

/** A tuple without members takes one byte. */
function fixedSize(parts: readonly Type[], alignment: number): number | null {
  let size = 0;
  for (const part of parts) {
    if (part.size === null) return null;
    size = align(size, part.alignment) + part.size;
  }
  return Math.max(align(size, alignment), 1);
}

function align(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function decode(type: Type, bytes: Buffer, fail: Fail, depth: number): Value {
  if (depth > MAX_DEPTH) throw fail("its values are nested too deep");
  if (type.size !== null && bytes.length !== type.size) {
    throw fail(`a value of type ${type.code} has ${bytes.length} bytes, ${type.size} would be right`);
  }
  switch (type.kind) {
    case "basic":
      return type.size === null ? decodeText(bytes, fail) : decodeNumber(type.code, bytes);
    case "bytes":
      return bytes;
    case "variant":
      return decodeBoxed(bytes, fail, depth);
    case "maybe":
      return decodeMaybe(type.parts[0] as Type, bytes, fail, depth);
    case "array":
      return decodeArray(type.parts[0] as Type, bytes, fail, depth);
    case "tuple":
      return decodeTuple(type.parts, bytes, fail, depth);
  }
}

function decodeText(bytes: Buffer, fail: Fail): string {
  if (bytes.indexOf(0) !== bytes.length - 1) throw fail("a text does not end in a zero byte");
  return bytes.toString("utf8", 0, bytes.length - 1);
}

function decodeNumber(code: string, bytes: Buffer): Value {
  switch (code) {
    case "b":
      return bytes[0] !== 0;
    case "n":
      return bytes.readInt16LE();
    case "q":
      return bytes.readUInt16LE();
    case "i":
    case "h":
      return bytes.readInt32LE();
    case "u":
      return bytes.readUInt32LE();
    case "x":
      return bytes.readBigInt64LE();
    case "t":
      return bytes.readBigUInt64LE();
    case "d":
      return bytes.readDoubleLE();
    default:
      return bytes.readUInt8();
  }
}

/** A variant is its value, a zero byte, and the type as text. */
function decodeBoxed(bytes: Buffer, fail: Fail, depth: number): Value {
  const end = bytes.lastIndexOf(0);
  if (end === -1) throw fail("a variant has no type");
  const type = parseType(bytes.toString("latin1", end + 1), fail);
  return decode(type, bytes.subarray(0, end), fail, depth + 1);
}

function decodeMaybe(part: Type, bytes: Buffer, fail: Fail, depth: number): Value {
  if (bytes.length === 0) return null;
  return decode(part, part.size === null ? bytes.subarray(0, -1) : bytes, fail, depth + 1);
}

function decodeArray(part: Type, bytes: Buffer, fail: Fail, depth: number): Value {
  if (bytes.length === 0) return [];
  return elementsOf(part, bytes, fail).map(([start, end]) =>
    decode(part, bytes.subarray(start, end), fail, depth + 1),
  );
}

function elementsOf(part: Type, bytes: Buffer, fail: Fail): [number, number][] {
  if (part.size !== null) {
    const { size } = part;
    if (bytes.length % size !== 0) throw fail(`an array of ${bytes.length} bytes ends inside an element`);
    return Array.from({ length: bytes.length / size }, (_, index) => [index * size, (index + 1) * size]);
  }
  const width = offsetWidth(bytes.length);
  const table = readOffset(bytes, bytes.length - width, width, fail);
  if (table > bytes.length - width || (bytes.length - table) % width !== 0) {
    throw fail(`an array's table of ends lies at ${table} of ${bytes.length} bytes`);
  }
  const elements: [number, number][] = [];
  let last = 0;
  for (let at = table; at < bytes.length; at += width) {
    const start = align(last, part.alignment);
    last = readOffset(bytes, at, width, fail);
    if (last < start || last > table) throw fail(`an element ends at byte ${last}, before it begins`);
    elements.push([start, last]);
  }
  return elements;
}

function decodeTuple(parts: readonly Type[], bytes: Buffer, fail: Fail, depth: number): Value {
  const width = offsetWidth(bytes.length);
  const values: Value[] = [];
  // The ends of members without a fixed size stand at the end of the tuple, the first one last.
  let table = bytes.length;
  let end = 0;
  for (const [index, part] of parts.entries()) {
    const start = align(end, part.alignment);
    if (part.size !== null) end = start + part.size;
    else if (index === parts.length - 1) end = table;
    else {
      table -= width;
      end = readOffset(bytes, table, width, fail);
    }
    if (start > end || end > table) throw fail(`member ${index + 1} lies from byte ${start} to ${end}`);
    values.push(decode(part, bytes.subarray(start, end), fail, depth + 1));
  }
  return values;
}

/** Offsets are as wide as the size of what they lie in needs. */
function offsetWidth(size: number): number {
  if (size <= 0xff) return 1;
  return size <= 0xffff ? 2 : 4;
}

function readOffset(bytes: Buffer, at: number, width: number, fail: Fail): number {
  if (at < 0) throw fail(`it ends after ${bytes.length} bytes, before its table of ends`);
  return bytes.readUIntLE(at, width);
}
