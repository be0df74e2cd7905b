import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkRootHash } from "../../src/roots/root-hash-signature.ts";
import { makeSigningKey } from "../fixtures/signing.ts";
import { run } from "./tools.ts";

/** An image with its hash tree and the signature of the tree's root, by name of the definition's file. */
const DEFINITIONS = {
  "10-usr": "Type=usr\nCopyBlocks=/usr.img\nVerity=data\n",
  "20-tree": "Type=usr-verity\nVerity=hash\n",
  "30-signature": "Type=usr-verity-sig\nVerity=signature\n",
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-repart-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the signature partition that systemd-repart writes is good by its certificate and by no other", () => {
  mkdirSync(join(folder, "definitions"));
  for (const [name, text] of Object.entries(DEFINITIONS)) {
    writeFileSync(join(folder, "definitions", `${name}.conf`), `[Partition]\n${text}VerityMatchKey=usr\n`);
  }
  writeFileSync(join(folder, "usr.img"), Buffer.alloc(2 ** 21, "usr"));
  const [trust, others] = [join(folder, "trust"), join(folder, "others")];
  for (const each of [trust, others]) mkdirSync(each);
  const { key, certificate } = makeSigningKey(trust, "vendor", "rsa");
  makeSigningKey(others, "other", "rsa");
  const image = join(folder, "disk.img");
  const words = ["--dry-run=no", "--empty=create", "--size=64M", `--root=${folder}`, "--json=short"];
  const signing = [`--definitions=${join(folder, "definitions")}`, `--private-key=${key}`];
  const made = run("systemd-repart", [...words, ...signing, `--certificate=${certificate}`, image]);
  const parts: { type: string; offset: number; raw_size: number; roothash: string | null }[] = JSON.parse(
    made.slice(made.indexOf("[")),
  );
  const rootHash = parts.find(({ roothash }) => roothash !== null)?.roothash ?? "";
  const { offset, raw_size } = parts.find(({ type }) => type.endsWith("verity-sig")) ?? {
    offset: 0,
    raw_size: 0,
  };
  const place = join(folder, "partition");
  writeFileSync(place, readFileSync(image).subarray(offset, offset + raw_size));

  const verity = { rootHash, signature: { required: true, places: [place] } };
  expect(checkRootHash(verity, [trust])).toEqual({ kind: "signed", by: "CN=vendor, O=Test" });
  expect(() => checkRootHash(verity, [others])).toThrow(/no certificate in .*others made this signature/);
});
