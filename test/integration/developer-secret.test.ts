import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkSecret } from "../../src/state/developer-secret.ts";
import { UnlockTries } from "../../src/state/unlock-tries.ts";
import { run } from "./tools.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "holdfast-secret-"));
  mkdirSync(join(state, ".holdfast"));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

/** A LUKS2 image that a passphrase opens, made by cryptsetup; cheap to try. */
function makeVolume(passphrase: string): void {
  const image = join(state, "encrypted.img");
  writeFileSync(image, "");
  run("truncate", ["-s", "4M", image]);
  const cheap = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
  const small = ["--luks2-metadata-size", "16k", "--luks2-keyslots-size", "256k"];
  run("cryptsetup", ["luksFormat", "--type", "luks2", "-q", ...cheap, ...small, image], `${passphrase}\n`);
}

describe("the secret of developer mode", () => {
  test("is the passphrase of the encrypted volume, which stays closed", async () => {
    makeVolume("right");
    await checkSecret(state, "right");
    expect(new UnlockTries(state).failures).toBe(0);
  });

  test("is tried three times, then there is a wait that a restart begins anew", async () => {
    makeVolume("right");
    let uptime = 1000;
    const tries = () => new UnlockTries(state, () => uptime);
    for (const wrong of ["one", "two", "three"]) {
      await expect(checkSecret(state, wrong, tries())).rejects.toThrow(/does not open the encrypted data/);
    }
    await expect(checkSecret(state, "right", tries())).rejects.toThrow(/Wait \d+ seconds/);
    uptime = 1;
    await expect(checkSecret(state, "right", tries())).rejects.toThrow(/Wait \d+ seconds/);
    uptime = 5000;
    await checkSecret(state, "right", tries());
    expect(tries().wait).toBe(0);
  });

  test.each([
    ["there is no encrypted volume", null, "x", /not encrypted here/],
    ["none was given", "right", null, /passphrase of the encrypted data is needed/],
    ["an empty one was given", "right", "", /is needed/],
    ["the volume opens with an empty one", "", "x", /empty passphrase, which is no secret/],
  ])("is refused where %s", async (_what, passphrase, given, why) => {
    if (passphrase !== null) makeVolume(passphrase);
    await expect(checkSecret(state, given)).rejects.toThrow(why);
    expect(new UnlockTries(state).failures).toBe(0);
  });
});
