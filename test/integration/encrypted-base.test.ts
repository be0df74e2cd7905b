import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isOpenToAll } from "../../src/roots/encrypted-base.ts";
import { run } from "./tools.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-base-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A LUKS2 volume that cryptsetup made; cheap to try. */
function volume(passphrase: string): string {
  const image = join(folder, "root.img");
  writeFileSync(image, "");
  run("truncate", ["-s", "4M", image]);
  const cheap = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
  const small = ["--luks2-metadata-size", "16k", "--luks2-keyslots-size", "256k"];
  run("cryptsetup", ["luksFormat", "--type", "luks2", "-q", ...cheap, ...small, image], `${passphrase}\n`);
  return image;
}

describe("the root around a /usr", () => {
  test("is opened where it is encrypted with an empty passphrase", async () => {
    expect(await isOpenToAll(volume(""))).toBe(true);
  });

  test("is not where its owner has set one, and that is said", async () => {
    await expect(isOpenToAll(volume("mine"))).rejects.toThrow(
      /root\.img, the root around its \/usr, is encrypted, and an empty passphrase does not open it\./,
    );
  });

  test("is no encrypted one where it has no such header", async () => {
    const image = join(folder, "plain.img");
    writeFileSync(image, Buffer.alloc(4096));
    expect(await isOpenToAll(image)).toBe(false);
  });
});
