import { HoldfastError } from "../domain/errors.ts";
import { childrenOf, type Der, DerTag, expectDer, oidOf, readDer } from "./der.ts";

/** One signature of a PKCS#7 or CMS message (RFC 5652), as far as checking it by a known key takes. */
export interface Signer {
  /** Digest of what is signed, as Node calls it. */
  readonly digest: "sha256" | "sha384" | "sha512";
  /** The kind of key that made it, as Node calls it. */
  readonly key: "rsa" | "ec";
  readonly signature: Buffer;
  /** What is signed instead of the content itself, where that is so. */
  readonly attributes: SignedAttributes | null;
}

/** Attributes that are signed in place of the content, which they name by its digest. */
export interface SignedAttributes {
  /** As they are signed. */
  readonly bytes: Buffer;
  readonly contentDigest: Buffer;
}

export interface SignedData {
  /** The signed content; null where it lies elsewhere (a detached signature). */
  readonly content: Buffer | null;
  readonly signers: readonly Signer[];
}

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";

const DIGESTS: Readonly<Record<string, Signer["digest"]>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** RFC 8017 (PKCS#1 v1.5) and RFC 5758. */
const KEYS: Readonly<Record<string, Signer["key"]>> = {
  "1.2.840.113549.1.1.1": "rsa",
  "1.2.840.113549.1.1.11": "rsa",
  "1.2.840.113549.1.1.12": "rsa",
  "1.2.840.113549.1.1.13": "rsa",
  "1.2.840.10045.4.3.2": "ec",
  "1.2.840.10045.4.3.3": "ec",
  "1.2.840.10045.4.3.4": "ec",
};

/**
 * Decodes a PKCS#7 or CMS message in DER. Certificates in it are passed over: who brings his own proves nothing.
 * Throws `badStore` with the offset, what was found and what is right.
 */
export function decodeSignedData(bytes: Buffer, where: string): SignedData {
  const [outer] = readDer(bytes, where);
  const [type, explicit] = parts(outer, DerTag.sequence, "a PKCS#7 message", where);
  const kind = oidOf(expectDer(type, DerTag.oid, "its type", where));
  if (kind !== SIGNED_DATA) {
    throw new HoldfastError("badStore", `${where}: it is of type ${kind}, ${SIGNED_DATA} would be right`);
  }
  const [body] = parts(explicit, DerTag.context0, "its content", where);
  const [, , encapsulated, ...rest] = parts(body, DerTag.sequence, "signed data", where);
  const [, content] = parts(encapsulated, DerTag.sequence, "what is signed", where);
  const signers = parts(rest.at(-1), DerTag.set, "the signers", where);
  return {
    content: content === undefined ? null : contentOf(content, where),
    signers: signers.map((signer) => signerOf(signer, where)),
  };
}

function parts(element: Der | undefined, tag: DerTag, what: string, where: string): Der[] {
  return childrenOf(expectDer(element, tag, what, where), where);
}

function contentOf(explicit: Der, where: string): Buffer {
  const [octets] = parts(explicit, DerTag.context0, "the content", where);
  return expectDer(octets, DerTag.octets, "the content", where).content;
}

/** version, signer, digest algorithm, [0] attributes where there are any, algorithm, signature. */
function signerOf(element: Der, where: string): Signer {
  const [, , digest, ...rest] = parts(element, DerTag.sequence, "a signer", where);
  const attributes = rest[0]?.tag === DerTag.context0 ? rest.shift() : undefined;
  const [algorithm, signature] = rest;
  return {
    digest: known(DIGESTS, algorithmOf(digest, "the digest", where), "digest", where),
    key: known(KEYS, algorithmOf(algorithm, "the algorithm", where), "signature", where),
    signature: expectDer(signature, DerTag.octets, "the signature", where).content,
    attributes: attributes === undefined ? null : attributesOf(attributes, where),
  };
}

function algorithmOf(element: Der | undefined, what: string, where: string): string {
  const [oid] = parts(element, DerTag.sequence, what, where);
  return oidOf(expectDer(oid, DerTag.oid, what, where));
}

function known<T>(table: Readonly<Record<string, T>>, oid: string, what: string, where: string): T {
  const found = table[oid];
  if (found !== undefined) return found;
  const right = [...new Set(Object.values(table))].join(", ");
  throw new HoldfastError("badStore", `${where}: its ${what} is ${oid}, one of ${right} would be right`);
}

function attributesOf(element: Der, where: string): SignedAttributes {
  for (const attribute of childrenOf(element, where)) {
    const [type, values] = parts(attribute, DerTag.sequence, "an attribute", where);
    if (oidOf(expectDer(type, DerTag.oid, "its type", where)) !== MESSAGE_DIGEST) continue;
    const [digest] = parts(values, DerTag.set, "its values", where);
    const contentDigest = expectDer(digest, DerTag.octets, "the content's digest", where).content;
    // RFC 5652, 5.4: signed as the SET that they are, not as the part of the message that they stand for.
    const bytes = Buffer.from(element.bytes);
    bytes[0] = DerTag.set;
    return { bytes, contentDigest };
  }
  throw new HoldfastError("badStore", `${where}: its attributes do not name the digest of what is signed`);
}
