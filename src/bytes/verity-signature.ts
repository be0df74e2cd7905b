import * as z from "zod/mini";
import { HoldfastError } from "../domain/errors.ts";

/** What a partition with the signature of a root hash holds (Discoverable Partitions Specification, UAPI.2). */
export interface VeritySignature {
  /** Lower-case hex. */
  readonly rootHash: string;
  /** PKCS#7 in DER. */
  readonly signature: Buffer;
}

/** More than the 16 KiB that systemd-repart gives it at most. */
export const VERITY_SIGNATURE_SPAN = 64 * 1024;

/** What else is in it is a hint, such as the fingerprint of the certificate: every trusted one is tried. */
const signatureFile = () =>
  z.object({
    rootHash: z.string().check(z.regex(/^([0-9a-fA-F]{2}){32,64}$/)),
    signature: z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
  });

/** Decodes the JSON of a signature partition, which ends with the first zero; throws `badStore`. */
export function decodeVeritySignature(bytes: Buffer, where: string): VeritySignature {
  const end = bytes.indexOf(0);
  const text = bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
  const { data } = z.safeParse(signatureFile(), parsed(text, where));
  if (data === undefined) {
    const what = "its JSON has no rootHash in hex and signature in base64";
    throw new HoldfastError("badStore", `${where}: ${what}, as a signature partition has`);
  }
  return {
    rootHash: data.rootHash.toLowerCase(),
    signature: Buffer.from(data.signature, "base64"),
  };
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const found = text === "" ? "nothing" : "no JSON";
    throw new HoldfastError("badStore", `${where}: it holds ${found}, no signature of a root hash`, {
      cause,
    });
  }
}
