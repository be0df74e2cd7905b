import { expect, test } from "vitest";
import { bindingOf, hashPartitions, sameBinding } from "../../../src/boot-control/root-binding.ts";

const HASH = "fc1a152181c96f078388d05fd3a0b9c2d51032a2064be390e0491f3c47dba191";
/** As systemd-repart 252 named the partitions of this hash. */
const DATA = "PARTUUID=fc1a1521-81c9-6f07-8388-d05fd3a0b9c2";
const TREE = "PARTUUID=d51032a2-064b-e390-e049-1f3c47dba191";

test.each([
  [`quiet usrhash=${HASH.toUpperCase()}`, "usrhash", HASH, DATA, TREE, null],
  [`roothash=${HASH} root=/dev/sda1`, "roothash", HASH, DATA, TREE, null],
  [`usrhash=${HASH} systemd.verity_usr_data=PARTLABEL=U`, "usrhash", HASH, "PARTLABEL=U", TREE, null],
  ["root=PARTUUID=ABCD-01 ro", "root", "PARTUUID=ABCD-01", "PARTUUID=abcd-01", null, null],
  ["root=tmpfs mount.usr=PARTLABEL=Usr_A", "mount.usr", "PARTLABEL=Usr_A", "PARTLABEL=Usr_A", null, "tmpfs"],
  [`usrhash=${HASH} root=PARTUUID=AB`, "usrhash", HASH, DATA, TREE, "PARTUUID=ab"],
  [`usrhash=${HASH} systemd.volatile=yes`, "usrhash", HASH, DATA, TREE, "tmpfs"],
  [`usrhash=${HASH} root=gpt-auto`, "usrhash", HASH, DATA, TREE, null],
  [`usrhash=${HASH} root=/dev/mapper/root`, "usrhash", HASH, DATA, TREE, null],
  ["usrhash=abcd", "usrhash", "abcd", null, null, null],
])("%s binds by %s", (line, kind, value, identity, verity, base) => {
  expect(bindingOf(line)).toEqual({ kind, value, identity, verity, signature: null, base });
});

test("a root hash is bound with the signature that the options of its tree name", () => {
  const line = `usrhash=${HASH} systemd.verity_usr_options=panic-on-corruption,root-hash-signature=base64:MIIB`;
  expect(bindingOf(line)?.signature).toBe("base64:MIIB");
});

test.each(["", "quiet", "root=", "usrhash=xyz"])("%j binds to nothing", (line) => {
  expect(bindingOf(line)).toBeNull();
});

test("two command lines are the same system only with the same root", () => {
  const of = (hash: string) => bindingOf(`usrhash=${hash}`);
  expect(sameBinding(of(HASH), of(HASH.toUpperCase()))).toBe(true);
  expect(sameBinding(of(HASH), of(HASH.replace("fc", "fd")))).toBe(false);
  expect(sameBinding(null, null)).toBe(false);
  expect(hashPartitions(HASH.slice(1, 32))).toBeNull();
});
