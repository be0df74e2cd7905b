import { closeSync, lstatSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { sniffFileSystem } from "../bytes/filesystem-magic.ts";
import type { EncryptedConfig } from "../config/state.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { ENCRYPTED_DIR, ENCRYPTED_IMAGE, ENCRYPTED_MAPPING } from "../domain/state-layout.ts";
import type { EncryptedReport } from "../domain/state-report.ts";
import { CRYPTSETUP, type StateFileSystem } from "../domain/state-tools.ts";
import { deviceSize } from "../linux/disk.ts";
import { syncPath } from "../linux/durable.ts";
import { mountAt } from "../linux/mount-table.ts";
import { mountWritable } from "../linux/mounts.ts";
import { allocate } from "../linux/syscalls.ts";
import { checkFileSystem, lastLine, makeFileSystem, runTool } from "./filesystem.ts";
import { startOf } from "./place.ts";
import { UnlockTries } from "./unlock-tries.ts";

/** Deriving a key may take seconds by design, and a slow device is slower than the one that chose the cost. */
const OPEN_MS = 90_000;
/** cryptsetup(8): "no permission (bad passphrase)". */
const WRONG_KEY = 2;
const MAPPING = `/dev/mapper/${ENCRYPTED_MAPPING}`;
const MIB = 1024 * 1024;
/** Bytes of the largest sectors that LUKS2 has. */
const SECTORS = 4096;

/** How an image is opened: by what the configuration names, or by a passphrase that a person entered. */
type Key = { readonly keyFile: string } | { readonly tpm2: true } | { readonly passphrase: string };

/** Whether there is an encrypted image on the state partition; a link is not followed to another one. */
export function hasEncrypted(state: string): boolean {
  return lstatSync(join(state, ENCRYPTED_IMAGE), { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Opens encrypted.img with the keys that the configuration names, one after the other, and mounts it; null when
 * there is none. Without a key that fits it stays locked and waits for a passphrase. Never throws.
 */
export async function openEncrypted(
  state: string,
  config: EncryptedConfig | undefined,
): Promise<EncryptedReport | null> {
  if (!hasEncrypted(state)) return null;
  if (isEncryptedOpen(state)) return encryptedReport(state, null);
  const keys: Key[] = [
    ...(config?.key_file === undefined ? [] : [{ keyFile: config.key_file }]),
    ...(config?.tpm2 === true ? [{ tpm2: true } as const] : []),
  ];
  try {
    await mustBeLuks(state);
    let unfit = "";
    for (const key of keys) {
      const found = await open(join(state, ENCRYPTED_IMAGE), key);
      if (found === null) {
        await mountOpened(state);
        return encryptedReport(state, null);
      }
      unfit = `${"keyFile" in key ? key.keyFile : "The TPM"} does not open ${ENCRYPTED_IMAGE}: ${found}`;
    }
    return encryptedReport(state, unfit === "" ? null : unfit, true);
  } catch (error) {
    return encryptedReport(state, messageOf(error));
  }
}

/**
 * Opens it with a passphrase that a person entered. Every try is counted before it is made, and after three
 * wrong ones there is a wait.
 * @throws HoldfastError `refused` when it is wrong, or too soon after the last one.
 */
export async function unlockEncrypted(
  state: string,
  passphrase: string,
  tries: UnlockTries,
): Promise<EncryptedReport> {
  if (tries.wait > 0) {
    throw new HoldfastError("refused", `Wait ${tries.wait} seconds before the next passphrase.`);
  }
  await tries.begin();
  const wrong = await open(join(state, ENCRYPTED_IMAGE), { passphrase });
  if (wrong !== null) {
    const next = tries.wait > 0 ? `The next one can be tried in ${tries.wait} seconds.` : "Try again.";
    throw new HoldfastError("refused", "This passphrase does not open the encrypted data.", { next });
  }
  tries.succeeded();
  await mountOpened(state);
  return encryptedReport(state, null);
}

/** Closes it once it is unmounted, so that its key is nowhere in memory; nothing where it is not open. */
export async function closeEncrypted(): Promise<void> {
  if (isMapped()) await cryptsetup(["close", ENCRYPTED_MAPPING], null);
}

/**
 * Makes a new encrypted.img that `keyFile` opens, with an empty file system in it. It takes its name when it is
 * complete and on the medium: a power loss leaves none or a whole one.
 */
export async function makeEncrypted(
  state: string,
  { keyFile, sizeMib }: { readonly keyFile: string; readonly sizeMib: number },
): Promise<void> {
  const image = join(state, ENCRYPTED_IMAGE);
  const unfinished = join(state, `.${ENCRYPTED_IMAGE}.new`);
  try {
    rmSync(unfinished, { force: true });
    reserve(unfinished, sizeMib * MIB);
    await cryptsetup(["luksFormat", ...FORMAT, "--key-file", keyFile, unfinished], null);
    const wrong = await open(unfinished, { keyFile });
    if (wrong !== null) throw new HoldfastError("system", `${keyFile} does not open the new image: ${wrong}`);
    try {
      await makeFileSystem(INNER, MAPPING, await deviceSize(MAPPING));
    } finally {
      await cryptsetup(["close", ENCRYPTED_MAPPING], null);
    }
    syncPath(unfinished);
    renameSync(unfinished, image);
    syncPath(state);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** What a new image gets: it may be too small for the file system of the partition. */
const INNER: StateFileSystem = "ext4";

/**
 * A small header, as the default takes 16 MiB, with room for eight keys: the owner's and the TPM's besides this. The key file is a key and no passphrase: guessing it is hopeless
 * at any cost of a try, so every boot is spared the seconds (as systemd-cryptenroll does for such keys).
 */
const FORMAT = [
  ...["--type", "luks2", "--batch-mode", "--luks2-metadata-size", "16k", "--luks2-keyslots-size", "2m"],
  ...["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"],
];

/** All of it is taken now: where the partition fills up later, data that was already written must have its place. */
function reserve(file: string, bytes: number): void {
  const fd = openSync(file, "wx", 0o600);
  try {
    allocate(fd, bytes, file);
  } finally {
    closeSync(fd);
  }
}

async function mustBeLuks(state: string): Promise<void> {
  const image = join(state, ENCRYPTED_IMAGE);
  const end = await runTool(CRYPTSETUP, ["isLuks", "--type", "luks2", "--verbose", image], OPEN_MS);
  if (end.code === 0) return;
  throw new HoldfastError("badStore", `${image} is no LUKS2 image, or its header is damaged.`);
}

/** Opens the image; null when it is open, else why that key does not fit. */
async function open(image: string, key: Key): Promise<string | null> {
  const words = ["open", "--type", "luks2", "--tries", "1", ...wordsOf(key), image, ENCRYPTED_MAPPING];
  const input = "passphrase" in key ? Buffer.from(key.passphrase) : null;
  const end = await runTool(CRYPTSETUP, words, OPEN_MS, input);
  if (end.code === 0) return null;
  if (end.code === WRONG_KEY || "tpm2" in key) return lastLine(end);
  throw new HoldfastError(
    "system",
    `${ENCRYPTED_IMAGE} cannot be opened: ${oddSize(image) ?? lastLine(end)}`,
  );
}

/** What dm-crypt only calls an invalid argument; null where the size is a possible one. */
function oddSize(image: string): string | null {
  const { size } = statSync(image);
  return size % SECTORS === 0
    ? null
    : `it has ${size} bytes, no multiple of ${SECTORS}, so it was cut short.`;
}

function wordsOf(key: Key): string[] {
  if ("tpm2" in key) return ["--token-only"];
  return ["--key-file", "keyFile" in key ? key.keyFile : "-"];
}

async function cryptsetup(words: readonly string[], input: Uint8Array | null): Promise<void> {
  const end = await runTool(CRYPTSETUP, words, OPEN_MS, input);
  if (end.code !== 0) throw new HoldfastError("system", `cryptsetup ${words[0]} failed: ${lastLine(end)}`);
}

/** Checks and mounts what is in the open image; closes it again where that cannot be done. */
async function mountOpened(state: string): Promise<void> {
  try {
    await mountInner(state);
  } catch (error) {
    await closeEncrypted();
    const what = `${ENCRYPTED_IMAGE} was opened, but what is in it cannot be used: ${messageOf(error)}`;
    throw new HoldfastError("badStore", what, { cause: error });
  }
}

async function mountInner(state: string): Promise<void> {
  const fstype = sniffFileSystem(startOf(MAPPING));
  if (fstype === null || fstype === "erofs" || fstype === "squashfs" || fstype === "xfs") {
    throw new HoldfastError("badStore", "it is no file system that user data is kept on here");
  }
  await checkFileSystem(fstype, MAPPING, { thorough: false });
  mountWritable(MAPPING, join(state, ENCRYPTED_DIR), fstype, "nosuid,nodev,noatime");
}

function isMapped(): boolean {
  return lstatSync(MAPPING, { throwIfNoEntry: false }) !== undefined;
}

export function isEncryptedOpen(state: string): boolean {
  return mountAt(join(state, ENCRYPTED_DIR)) !== null;
}

/** The report on an image that is there; `locked` when only a key is missing. */
export function encryptedReport(
  state: string,
  problem: string | null,
  locked = false,
  { failures, wait } = new UnlockTries(state),
): EncryptedReport {
  return { open: isEncryptedOpen(state), locked, failures, wait, problem };
}
