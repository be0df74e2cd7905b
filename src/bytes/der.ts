import { HoldfastError } from "../domain/errors.ts";

/** One element of a DER encoding (X.690): its tag byte, its content, and all of its bytes. */
export interface Der {
  readonly tag: number;
  readonly content: Buffer;
  readonly bytes: Buffer;
  /** Byte of its first one in what was decoded. */
  readonly at: number;
}

/** Tags of what signatures are made of; [0] is the first of a type's optional or chosen parts. */
export const DerTag = {
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
} as const;
export type DerTag = (typeof DerTag)[keyof typeof DerTag];

const NAMES: Readonly<Record<number, string>> = {
  [DerTag.octets]: "an OCTET STRING",
  [DerTag.oid]: "an OBJECT IDENTIFIER",
  [DerTag.sequence]: "a SEQUENCE",
  [DerTag.set]: "a SET",
  [DerTag.context0]: "a [0]",
};
/** More than the length of anything that is held in memory here. */
const MAX_LENGTH_BYTES = 4;

/** The elements that lie one behind the other in `bytes`; `at` is where those lie in `where`. */
export function readDer(bytes: Buffer, where: string, at = 0): Der[] {
  const elements: Der[] = [];
  for (let from = 0; from < bytes.length; ) {
    const element = elementAt(bytes.subarray(from), where, at + from);
    elements.push(element);
    from += element.bytes.length;
  }
  return elements;
}

/** What a constructed element holds. */
export function childrenOf(element: Der, where: string): Der[] {
  const header = element.bytes.length - element.content.length;
  return readDer(element.content, where, element.at + header);
}

/** The element, which must be there with that tag; throws `badStore` with its place otherwise. */
export function expectDer(element: Der | undefined, tag: DerTag, what: string, where: string): Der {
  if (element?.tag === tag) return element;
  const found = element === undefined ? "it ends" : `byte ${element.at} begins tag ${hex(element.tag)}`;
  throw new HoldfastError("badStore", `${where}: ${found} where ${what}, ${NAMES[tag]}, would be right`);
}

/** An object identifier in dots. */
export function oidOf({ content }: Der): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    numbers.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join(".");
}

function elementAt(bytes: Buffer, where: string, at: number): Der {
  const fail = (what: string) => new HoldfastError("badStore", `${where}, byte ${at}: ${what}`);
  const [tag = 0, short] = bytes;
  if (short === undefined) throw fail("an element is cut short");
  if ((tag & 0x1f) === 0x1f) throw fail("a tag of several bytes, which no signature has");
  const more = short & 0x7f;
  const header = short < 0x80 ? 2 : 2 + more;
  // A length of no bytes is BER's "until the end comes", as streaming tools write it.
  if (short === 0x80) throw fail("a length that is not known beforehand; DER would be right");
  if (short > 0x80 && more > MAX_LENGTH_BYTES) throw fail(`a length of ${more} bytes`);
  if (bytes.length < header) throw fail("its length is cut short");
  const length = short < 0x80 ? short : bytes.readUIntBE(2, more);
  if (length > bytes.length - header) {
    throw fail(`it has ${length} bytes, and ${bytes.length - header} are there`);
  }
  return {
    tag,
    at,
    content: bytes.subarray(header, header + length),
    bytes: bytes.subarray(0, header + length),
  };
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(2, "0")}`;
}
