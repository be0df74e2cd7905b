import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { ENCRYPTED_IMAGE } from "../domain/state-layout.ts";
import { CRYPTSETUP } from "../domain/state-tools.ts";
import { opensWithoutPassphrase } from "../linux/luks.ts";
import { hasEncrypted } from "./encrypted.ts";
import { lastLine, runTool } from "./filesystem.ts";
import { UnlockTries } from "./unlock-tries.ts";

/** Deriving a key may take seconds by design, more on a slow device. */
const TEST_MS = 90_000;
/** cryptsetup(8): "no permission (bad passphrase)". */
const WRONG_KEY = 2;

/**
 * Checks the secret of the encrypted volume without opening it. Tries are counted before they are made, together with
 * those of unlocking it, and after three wrong ones there is a wait. A volume that an empty passphrase opens has
 * no secret, and is refused.
 * @throws HoldfastError `refused` when there is no such volume, the secret is wrong, or it comes too soon.
 */
export async function checkSecret(
  state: string,
  secret: string | null,
  tries = new UnlockTries(state),
): Promise<void> {
  if (!hasEncrypted(state)) {
    throw new HoldfastError("refused", "User data is not encrypted here, so no secret can stand for it.", {
      next: 'Set policy.developer to "wipe", or to "open" on a development device.',
    });
  }
  if (secret === null || secret === "") {
    throw new HoldfastError("refused", "The passphrase of the encrypted data is needed for this.");
  }
  if (tries.wait > 0) {
    throw new HoldfastError("refused", `Wait ${tries.wait} seconds before the next passphrase.`);
  }
  if (await opensWithoutPassphrase(join(state, ENCRYPTED_IMAGE))) {
    throw new HoldfastError(
      "refused",
      "The encrypted data opens with an empty passphrase, which is no secret.",
    );
  }
  await tries.begin();
  if (!(await opens(state, secret))) {
    const next = tries.wait > 0 ? `The next one can be tried in ${tries.wait} seconds.` : "Try again.";
    throw new HoldfastError("refused", "This passphrase does not open the encrypted data.", { next });
  }
  tries.succeeded();
}

async function opens(state: string, passphrase: string): Promise<boolean> {
  const words = [
    "open",
    "--test-passphrase",
    "--tries",
    "1",
    "--key-file",
    "-",
    join(state, ENCRYPTED_IMAGE),
  ];
  const end = await runTool(CRYPTSETUP, words, TEST_MS, Buffer.from(passphrase));
  if (end.code === 0) return true;
  if (end.code === WRONG_KEY) return false;
  throw new HoldfastError("system", `The passphrase could not be tried: ${lastLine(end)}`);
}
