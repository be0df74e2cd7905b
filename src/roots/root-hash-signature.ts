import { createHash, type KeyObject, verify, X509Certificate } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { decodeSignedData, type SignedData, type Signer } from "../bytes/signed-data.ts";
import { decodeVeritySignature, VERITY_SIGNATURE_SPAN } from "../bytes/verity-signature.ts";
import { codeOf, HoldfastError, messageOf } from "../domain/errors.ts";
import type { Verity } from "../domain/plan.ts";

/** Where systemd keeps the certificates that may sign root hashes, as files *.crt (systemd-veritysetup@.service(8)). */
export const TRUST_FOLDERS = [
  "/etc/verity.d",
  "/run/verity.d",
  "/usr/local/lib/verity.d",
  "/usr/lib/verity.d",
];

/** Who signed a root hash. */
export type RootHashProof =
  | { readonly kind: "signed"; readonly by: string }
  /** There is a signature, and no certificate to check it with. */
  | { readonly kind: "unchecked" }
  | { readonly kind: "unsigned" };

/**
 * Checks the signature of a root hash by the certificates in `folders`: PKCS#7 over its digits, as systemd and the
 * kernel have it. Certificates count by their key alone, whatever the date: a device may have no clock.
 * @throws HoldfastError `damaged` for a signature that no certificate made, `refused` when one is required and there
 * is none, or no certificate to check it with.
 */
export function checkRootHash(
  { rootHash, signature: { required, places } }: Pick<Verity, "rootHash" | "signature">,
  folders: readonly string[] = TRUST_FOLDERS,
): RootHashProof {
  const problems: string[] = [];
  const found = places.flatMap((place) => signaturesAt(place, rootHash, problems));
  if (found.length === 0) {
    if (!required) return { kind: "unsigned" };
    const why = ["Its root hash has no signature, and policy.signature asks for one.", ...problems];
    throw new HoldfastError("refused", why.join(" "));
  }
  const certificates = readCertificates(folders, problems);
  if (certificates.length === 0) {
    if (!required) return { kind: "unchecked" };
    const why = [`There is no certificate in ${folders[0]} to check its signature with.`, ...problems];
    throw new HoldfastError("refused", why.join(" "));
  }
  const content = Buffer.from(rootHash);
  const faults: string[] = [];
  for (const { where, data, problem } of found) {
    const by = certificates.find((each) => data !== null && isBy(each, data, content));
    if (by !== undefined) return { kind: "signed", by: by.subject };
    faults.push(problem ?? `${where}: no certificate in ${folders[0]} made this signature`);
  }
  throw new HoldfastError("damaged", `Its root hash is not signed as it should be. ${faults.join(". ")}.`);
}

interface Certificate {
  readonly subject: string;
  readonly key: KeyObject;
}

interface FoundSignature {
  readonly where: string;
  /** Null when it cannot be read, because of `problem`. */
  readonly data: SignedData | null;
  readonly problem: string | null;
}

const BASE64 = "base64:";

/** The signature of that root hash at a place; none where it is of another one, or cannot be read. */
function signaturesAt(place: string, rootHash: string, problems: string[]): FoundSignature[] {
  if (place.startsWith(BASE64)) {
    return [decoded(Buffer.from(place.slice(BASE64.length), "base64"), "the kernel command line")];
  }
  try {
    const bytes = startOf(place);
    // A partition says by its JSON which root hash it is for; a file is for the slot that it was named for.
    if (bytes[0] === 0x30) return [decoded(bytes, place)];
    const { rootHash: signed, signature } = decodeVeritySignature(bytes, place);
    return signed === rootHash ? [decoded(signature, place)] : [];
  } catch (error) {
    problems.push(error instanceof HoldfastError ? `${messageOf(error)}.` : `${place}: ${codeOf(error)}.`);
    return [];
  }
}

function decoded(bytes: Buffer, where: string): FoundSignature {
  try {
    return { where, data: decodeSignedData(bytes, where), problem: null };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { where, data: null, problem: messageOf(error) };
  }
}

/** The first bytes of a file or partition. */
function startOf(path: string): Buffer {
  const bytes = Buffer.alloc(VERITY_SIGNATURE_SPAN);
  const fd = openSync(path, "r");
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

function readCertificates(folders: readonly string[], problems: string[]): Certificate[] {
  return folders.flatMap(filesIn).flatMap((file) => {
    try {
      const { subject, publicKey } = new X509Certificate(readFileSync(file));
      return [{ subject: subject.replaceAll("\n", ", "), key: publicKey }];
    } catch (error) {
      problems.push(`${file} is no certificate in PEM or DER (${codeOf(error)}).`);
      return [];
    }
  });
}

function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".crt"));
    return names.sort().map((name) => join(folder, name));
  } catch {
    // A folder that is not there holds none.
    return [];
  }
}

/** Whether the key of a certificate made one of the signatures over `content`. */
function isBy({ key }: Certificate, data: SignedData, content: Buffer): boolean {
  if (data.content !== null && !data.content.equals(content)) return false;
  return data.signers.some(
    (signer) => signer.key === key.asymmetricKeyType && hasSigned(key, signer, content),
  );
}

function hasSigned(key: KeyObject, { digest, attributes, signature }: Signer, content: Buffer): boolean {
  const named = attributes?.contentDigest;
  if (named !== undefined && !named.equals(createHash(digest).update(content).digest())) return false;
  try {
    return verify(digest, attributes?.bytes ?? content, key, signature);
  } catch {
    // OpenSSL throws for what is no signature of that kind of key at all.
    return false;
  }
}
