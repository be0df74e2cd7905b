import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { decodeSignedData } from "../../../src/bytes/signed-data.ts";
import { decodeVeritySignature } from "../../../src/bytes/verity-signature.ts";
import { checkRootHash } from "../../../src/roots/root-hash-signature.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import {
  makeSigningKey,
  type SigningKey,
  SYSTEMD_WORDS,
  signaturePartition,
  signText,
} from "../../fixtures/signing.ts";

const HASH = "5f".repeat(32);
const folder = mkdtempSync(join(tmpdir(), "holdfast-signature-"));
const trust = join(folder, "trust");
mkdirSync(trust);
const keys = {
  rsa: makeSigningKey(trust, "rsa", "rsa"),
  ec: makeSigningKey(trust, "ec", "ec"),
};
const stranger = makeSigningKey(folder, "stranger", "rsa");
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with these bytes. */
function kept(bytes: Buffer | string): string {
  const file = join(mkdtempSync(join(folder, "file-")), "signature");
  writeFileSync(file, bytes);
  return file;
}

const check = (places: readonly string[], { required = true, folders = [trust] } = {}) =>
  checkRootHash({ rootHash: HASH, signature: { required, places } }, folders);

/** Whether openssl finds a detached signature of `text` good, by a certificate that it is told to trust. */
function judged(signature: Buffer, text: string, { certificate }: SigningKey): boolean {
  const words = ["cms", "-verify", "-binary", "-noverify", "-nointern", "-inform", "der"];
  const files = [
    "-certfile",
    certificate,
    "-in",
    kept(signature),
    "-content",
    kept(text),
    "-out",
    "/dev/null",
  ];
  try {
    execFileSync("openssl", [...words, ...files], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}

const CMS = ["cms", "-sign", "-binary"];
const VARIANTS: readonly [what: string, key: keyof typeof keys, words: readonly string[]][] = [
  ["as systemd has it made", "rsa", SYSTEMD_WORDS],
  ["with SHA-512", "rsa", [...SYSTEMD_WORDS, "-md", "sha512"]],
  ["with attributes and the certificate", "rsa", CMS],
  ["naming its signer by the key", "rsa", [...CMS, "-keyid"]],
  ["of an elliptic curve", "ec", [...CMS, "-noattr", "-nocerts"]],
  ["of an elliptic curve with attributes", "ec", CMS],
];

describe("a signature of a root hash", () => {
  test.each(VARIANTS)("%s is good by its own certificate, as openssl finds", (_what, name, words) => {
    const signature = signText(folder, HASH, keys[name], words);
    expect(judged(signature, HASH, keys[name])).toBe(true);
    expect(check([kept(signature)])).toEqual({ kind: "signed", by: `CN=${name}, O=Test` });
    expect(check([`base64:${signature.toString("base64")}`]).kind).toBe("signed");
    expect(check([kept(signaturePartition(HASH, signature))]).kind).toBe("signed");
  });

  test.each(VARIANTS)("%s, made for another hash, is bad, as openssl finds", (_what, name, words) => {
    const signature = signText(folder, "60".repeat(32), keys[name], words);
    expect(judged(signature, HASH, keys[name])).toBe(false);
    expect(() => check([kept(signature)], { required: false })).toThrow(
      /not signed as it should be.*no certificate/,
    );
  });

  test("with the content inside counts for that content only", () => {
    const words = [...CMS, "-nodetach"];
    expect(check([kept(signText(folder, HASH, keys.rsa, words))]).kind).toBe("signed");
    const other = signText(folder, "60".repeat(32), keys.rsa, words);
    expect(() => check([kept(other)])).toThrow(/no certificate/);
  });

  test("by a certificate that it brings itself is bad, and marks the image as damaged", () => {
    const signature = signText(folder, HASH, stranger, CMS);
    expect(judged(signature, HASH, stranger)).toBe(true);
    expect(() => check([kept(signature)], { required: false })).toThrow(
      expect.objectContaining({ kind: "damaged" }),
    );
  });

  test("is found among partitions for other images, and those decide nothing", () => {
    const other = signaturePartition("60".repeat(32), signText(folder, "60".repeat(32), stranger));
    const own = signaturePartition(HASH, signText(folder, HASH, keys.ec, [...CMS, "-noattr"]));
    expect(check([kept(other), kept(own)]).kind).toBe("signed");
    expect(check([kept(other)], { required: false })).toEqual({ kind: "unsigned" });
  });

  test.each([
    ["there is none", () => [], /has no signature, and policy.signature asks for one/],
    ["its place is not there", () => [join(folder, "nowhere")], /nowhere: ENOENT/],
    ["its partition holds nothing", () => [kept(Buffer.alloc(4096))], /it holds nothing, no signature/],
    ["its partition holds something else", () => [kept("{}")], /its JSON has no rootHash in hex/],
  ])("that is required is missing where %s; one that is not is not missed", (_what, places, why) => {
    expect(() => check(places())).toThrow(why);
    expect(() => check(places())).toThrow(expect.objectContaining({ kind: "refused" }));
    expect(check(places(), { required: false })).toEqual({ kind: "unsigned" });
  });

  test("cannot be checked without certificates: refused only where it is required", () => {
    const places = [kept(signText(folder, HASH, keys.rsa))];
    const folders = [join(folder, "empty")];
    expect(check(places, { required: false, folders })).toEqual({ kind: "unchecked" });
    expect(() => check(places, { folders })).toThrow(/There is no certificate in .*empty to check/);
  });

  test("is not checked by a certificate that is none, which is named", () => {
    const folders = [mkdtempSync(join(folder, "trust-"))];
    writeFileSync(join(folders[0] ?? "", "broken.crt"), "-----BEGIN CERTIFICATE-----\n");
    expect(() => check([kept(signText(folder, HASH, keys.rsa))], { folders })).toThrow(
      /broken\.crt is no certificate/,
    );
  });

  test.each([
    ["cut short", (bytes: Buffer) => bytes.subarray(0, 100), /and \d+ are there/],
    [
      "one of another type",
      (bytes: Buffer) => replaced(bytes, 14, 0x01),
      /1\.2\.840\.113549\.1\.7\.1, .* would be right/,
    ],
    ["of a length that BER leaves open", (bytes: Buffer) => replaced(bytes, 1, 0x80), /DER would be right/],
  ])("that is %s is bad, and why is said with its place", (_what, tamper, why) => {
    const file = kept(tamper(signText(folder, HASH, keys.rsa)));
    expect(() => check([file])).toThrow(why);
    expect(() => check([file])).toThrow(file);
  });
});

function replaced(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

describe("parsers of signatures", () => {
  const seeds = VARIANTS.map(([, name, words]) => signText(folder, HASH, keys[name], words));
  fuzz("PKCS#7 messages", seeds, (bytes) => decodeSignedData(bytes, "usr.roothash.p7s"));
  const partitions = seeds.map((signature) => signaturePartition(HASH, signature, 8192));
  fuzz("signature partitions", partitions, (bytes) => decodeVeritySignature(bytes, "/dev/vda4"));
});
