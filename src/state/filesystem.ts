import { HoldfastError } from "../domain/errors.ts";
import { fileSystemBytes } from "../domain/state-layout.ts";
import { FILE_SYSTEM_TOOLS, type StateFileSystem, type Tool } from "../domain/state-tools.ts";
import { diskAt, withDisk } from "../linux/disk.ts";
import { runScript, type ScriptEnd } from "../linux/script.ts";

/** How long the check on the way through a boot may take. A journal is replayed in moments. */
const CHECK_MS = 45_000;
/** How long a repair or a new file system may take, that a person asked for and watches. */
const LONG_MS = 30 * 60_000;

const SECTOR = 512;
const BLOCK = 4096;

/** Words that make an empty file system of `bytes`, whatever was there, without discarding anything. */
function makeWords(fstype: StateFileSystem, device: string, label: string, bytes: number): string[] {
  switch (fstype) {
    case "ext4": {
      const extended = "nodiscard,root_owner=0:0";
      const size = String(bytes / BLOCK);
      return ["-q", "-F", "-b", String(BLOCK), "-m", "0", "-L", label, "-E", extended, device, size];
    }
    case "btrfs":
      return ["-q", "-f", "-K", "-L", label, "-b", String(bytes), device];
    case "f2fs":
      return ["-q", "-f", "-t", "0", "-l", label, "-w", String(SECTOR), device, String(bytes / SECTOR)];
  }
}

/**
 * Makes an empty file system on a partition of `partitionBytes` that leaves its last 64 KiB out. Destroys what
 * was there: only for a device that was resolved and may be written.
 */
export async function makeStateFileSystem(
  fstype: StateFileSystem,
  device: string,
  partitionBytes: number,
): Promise<void> {
  await make(fstype, device, "state", fileSystemBytes(partitionBytes));
}

/** The same on the first `bytes` of a device, as the open mapping of encrypted.img. */
export async function makeFileSystem(
  fstype: StateFileSystem,
  device: string,
  bytes: number,
  label = "encrypted",
): Promise<void> {
  await make(fstype, device, label, Math.floor(bytes / BLOCK) * BLOCK);
}

async function make(fstype: StateFileSystem, device: string, label: string, bytes: number): Promise<void> {
  const tool = FILE_SYSTEM_TOOLS[fstype].make;
  const end = await runTool(tool, makeWords(fstype, device, label, bytes), LONG_MS);
  if (end.code === 0) return;
  throw new HoldfastError("system", `${tool.program} could not make ${device} anew: ${lastLine(end)}`);
}

/**
 * Lets the file system's own checker put right what it can without asking: e2fsck -p, fsck.f2fs -a; btrfs checks
 * itself, once it has a superblock. `thorough` looks at everything and repairs what loses data, too, as a person asked for.
 * @throws HoldfastError `system` when it is not clean afterwards, or when that took too long.
 */
export async function checkFileSystem(
  fstype: StateFileSystem,
  device: string,
  { thorough }: { readonly thorough: boolean },
): Promise<void> {
  const tool = FILE_SYSTEM_TOOLS[fstype].check;
  if (fstype === "btrfs" && !thorough && !(await isTorn(device))) return;
  const words = CHECK_WORDS[fstype][thorough ? "thorough" : "quick"];
  const end = await runTool(tool, [...words, device], thorough ? LONG_MS : CHECK_MS);
  if (isClean(fstype, end.code)) return;
  if (fstype === "ext4" && (end.code & NO_SUPERBLOCK) !== 0 && (await checkByBackup(tool, words, device)))
    return;
  throw new HoldfastError("system", `${tool.program} cannot put ${device} right: ${complaint(end, device)}`);
}

/** e2fsck(8): an operational error, as where the superblock is none. */
const NO_SUPERBLOCK = 8;

/** Where ext4 keeps the first copy of its superblock, by the size of its blocks: e2fsck's own advice. */
const BACKUPS = [
  { block: "32768", size: "4096" },
  { block: "8193", size: "1024" },
] as const;

/**
 * The same check by a copy of the superblock: the first one spans two sectors, and a power loss between them
 * leaves a checksum that is wrong and a file system that is whole.
 */
async function checkByBackup(tool: Tool, words: readonly string[], device: string): Promise<boolean> {
  for (const { block, size } of BACKUPS) {
    const end = await runTool(tool, [...words, "-b", block, "-B", size, device], CHECK_MS);
    if (isClean("ext4", end.code)) return true;
  }
  return false;
}

/** A good copy, of which there is one 64 MiB behind the start, takes the place of a bad one. */
const SUPERBLOCK_OF_BTRFS = ["rescue", "super-recover", "-y"] as const;

async function isTorn(device: string): Promise<boolean> {
  const { BTRFS_SUPERBLOCK, isTornBtrfs } = await import("../bytes/btrfs-superblock.ts");
  const { at, length } = BTRFS_SUPERBLOCK;
  return withDisk(diskAt(device), "read", async (disk) => isTornBtrfs(await disk.read(at, length)));
}

const CHECK_WORDS = {
  ext4: { quick: ["-p"], thorough: ["-f", "-y"] },
  btrfs: { quick: SUPERBLOCK_OF_BTRFS, thorough: SUPERBLOCK_OF_BTRFS },
  f2fs: { quick: ["-a"], thorough: ["-f", "-y"] },
} as const;

/**
 * e2fsck(8): 1 is "errors corrected", 2 the same with a wish for a restart that only a mounted root has;
 * btrfs-rescue(8): 2 is "recovered".
 */
function isClean(fstype: StateFileSystem, code: number): boolean {
  if (fstype === "btrfs") return code === 0 || code === 2;
  return fstype === "ext4" ? (code & ~3) === 0 : code === 0;
}

/** Runs a tool of the table; one that is not there is an error that names its package. */
export async function runTool(
  tool: Tool,
  words: readonly string[],
  timeoutMs: number,
  input: Uint8Array | null = null,
): Promise<ScriptEnd> {
  try {
    return await runScript(tool.program, words, { timeoutMs, env: {}, input, talkative: true });
  } catch (error) {
    const missing = error instanceof HoldfastError && /ENOENT$/.test(error.message);
    if (!missing) throw error;
    throw new HoldfastError("system", `${tool.program} is not in this system.`, {
      next: `It is in the package ${tool.package}; npm run initramfs takes what the configuration needs.`,
      cause: error,
    });
  }
}

/** What a tool said last, which is why it failed; without its own name, which stands in our sentence. */
export function lastLine(end: ScriptEnd): string {
  return linesOf(end).at(-1)?.slice(0, 200) ?? `exit code ${end.code}`;
}

function linesOf({ stdout, stderr }: ScriptEnd): string[] {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) =>
    line
      .replace(/^[\w.]+: /, "")
      .replace(/\p{Cc}/gu, " ")
      .trim(),
  );
  return lines.filter((line) => line !== "");
}

/** What e2fsck says whatever is wrong: its version, that it looks at everything, and that a person should. */
const SAID_ALWAYS = /^e2fsck \d|, check forced\.$|UNEXPECTED INCONSISTENCY|^\(i\.e\., without -a or -p/;

/** What a checker found in the end, in its own words. */
function complaint(end: ScriptEnd, device: string): string {
  const found = linesOf(end).filter((line) => !SAID_ALWAYS.test(line));
  const words = found.slice(-3).map((line) => line.replace(`${device}: `, ""));
  return words.length === 0 ? lastLine(end) : words.join("; ").slice(0, 300);
}
