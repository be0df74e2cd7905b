import { closeSync, fstatSync, fsyncSync, openSync, readSync } from "node:fs";
import { isLuksHeader, LUKS_PROBE_SIZE, luksHeaderSpan } from "../bytes/luks-header.ts";
import { codeOf, HoldfastError, messageOf } from "../domain/errors.ts";
import { writeAll } from "./block-erase.ts";
import { runScript, type ScriptEnd } from "./script.ts";

/** Key derivation on a slow device, and mkfs below it. */
const TIMEOUT_MS = 300_000;
/** An empty passphrase, for cryptsetup: it reads up to the end of a line, and an empty key file is refused. */
const NO_PASSPHRASE = Buffer.from("\n");

/** Whether a LUKS header of either version lies at the start of a file or device. */
export function isLuks(path: string): boolean {
  return isLuksHeader(startOf(path));
}

/** Whether a volume opens without any passphrase; needs no device mapper. */
export async function opensWithoutPassphrase(path: string): Promise<boolean> {
  const end = await cryptsetup(["open", "--test-passphrase", path], NO_PASSPHRASE).catch(() => null);
  return end?.code === 0;
}

/**
 * Destroys the key slots and both headers of a volume, open mappings of which must be closed before. One with a
 * damaged header, or none, is overwritten as far as headers reach by default: keys may lie there. Doing it
 * again does no harm.
 */
export async function eraseLuks(path: string): Promise<void> {
  const start = startOf(path);
  // cryptsetup knows every copy of a header. What it refuses, or is not there to do, is overwritten all the same.
  if (isLuksHeader(start)) await cryptsetup(["erase", "--batch-mode", path]).catch(() => null);
  overwrite(path, luksHeaderSpan(start));
}

/** Makes a LUKS2 volume that opens with an empty passphrase, until the owner sets one. */
export async function formatLuks(device: string, label: string | null): Promise<void> {
  // There is nothing to guess, so no try has to be slow; the owner's passphrase gets its own costs.
  const cheap = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
  const words = ["luksFormat", "--batch-mode", "--type", "luks2", ...cheap];
  const named = label === null ? [] : ["--label", label];
  const end = await cryptsetup([...words, ...named, device], NO_PASSPHRASE);
  must(end, `${device} could not be encrypted anew`);
}

/** Opens a volume with an empty passphrase as /dev/mapper/NAME. */
export async function openLuks(device: string, name: string): Promise<void> {
  const end = await cryptsetup(["open", device, name], NO_PASSPHRASE);
  must(end, `${device} could not be opened as ${name}`);
}

export async function closeLuks(name: string): Promise<void> {
  must(await cryptsetup(["close", name]), `the encrypted volume ${name} could not be closed`);
}

function cryptsetup(words: readonly string[], input: Uint8Array | null = null): Promise<ScriptEnd> {
  return runScript("cryptsetup", words, { timeoutMs: TIMEOUT_MS, env: {}, input });
}

function must({ code, stderr }: ScriptEnd, what: string): void {
  if (code === 0) return;
  throw new HoldfastError("system", `${what}: ${stderr.trim() || `cryptsetup ended with ${code}`}`);
}

/** The first bytes; fewer where there are fewer. */
function startOf(path: string): Buffer {
  const bytes = Buffer.alloc(LUKS_PROBE_SIZE);
  const fd = openSync(path, "r");
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(fd);
  }
}

/** In place, and never beyond the end of a file. */
function overwrite(path: string, span: number): void {
  const fd = openSync(path, "r+");
  try {
    const stat = fstatSync(fd);
    const length = stat.isFile() ? Math.min(span, stat.size) : span;
    const chunk = Buffer.alloc(1024 * 1024);
    for (let at = 0; at < length; at += chunk.length) {
      writeAll(fd, chunk.subarray(0, Math.min(chunk.length, length - at)), at);
    }
    fsyncSync(fd);
  } catch (cause) {
    // A hole in a file on a full file system: there is nothing in it to overwrite.
    if (codeOf(cause) === "ENOSPC") return;
    throw new HoldfastError("system", `${path} could not be overwritten: ${messageOf(cause)}`, { cause });
  } finally {
    closeSync(fd);
  }
}
