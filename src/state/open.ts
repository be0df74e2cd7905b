import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sniffFileSystem } from "../bytes/filesystem-magic.ts";
import { knownContent } from "../bytes/known-content.ts";
import type { Config } from "../config/schema.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { ENCRYPTED_DIR, FRESH, HISTORY_DIR, STATE } from "../domain/state-layout.ts";
import type { StateReport } from "../domain/state-report.ts";
import { STATE_FILE_SYSTEMS, type StateFileSystem } from "../domain/state-tools.ts";
import { mountAt, mountsBelow } from "../linux/mount-table.ts";
import { mountWritable } from "../linux/mounts.ts";
import { unmount } from "../linux/syscalls.ts";
import { closeEncrypted, hasEncrypted, makeEncrypted, openEncrypted } from "./encrypted.ts";
import { checkFileSystem, makeStateFileSystem } from "./filesystem.ts";
import { findState, isBlank, type StatePartition, startOf } from "./place.ts";
import { measured } from "./report.ts";
import { hasResetMark } from "./reset/mark.ts";
import { makeSkeleton } from "./skeleton.ts";

const OPTIONS = "nosuid,nodev,noatime";
/** Memory that a state for one boot may take: enough for logs and settings, and the device still runs. */
const TEMPORARY_OPTIONS = "nosuid,nodev,mode=0755,size=25%";

/** How far opening may go. */
export interface OpenStateMode {
  /** Whether an empty partition may get its file system, as the configuration says. */
  readonly mayCreate: boolean;
  /** Whether the checker looks at everything and repairs, as a person asked. */
  readonly repair: boolean;
}

/**
 * Finds the state partition, checks it, mounts it on /state, and opens what is encrypted on it. What is mounted
 * there already stays. Never throws: a state that cannot be used is reported, and the boot goes on.
 */
export async function openState(config: Config, mode: OpenStateMode): Promise<StateReport> {
  const notes: string[] = [];
  try {
    if (mountAt(STATE) === null) {
      const partition = await findState(config);
      if (partition === null) return measured({ kind: "none" });
      await mountPartition(config, partition, mode, notes);
    }
  } catch (error) {
    return unusableState(`/state cannot be used: ${messageOf(error)}`);
  }
  // Behind a reset what was there is made anew, also where an integrator made it the first time.
  const isFresh = existsSync(join(STATE, FRESH));
  const complete = mode.mayCreate && (config.state.create || isFresh);
  let isComplete = !complete || (await attempt(notes, () => completeLayout(config, notes)));
  const encrypted = await openEncrypted(STATE, config.state.encrypted);
  if (complete && encrypted?.open === true)
    isComplete = (await attempt(notes, () => fillEncrypted(config))) && isComplete;
  if (complete && isFresh && isComplete) rmSync(join(STATE, FRESH), { force: true });
  return measured({ kind: "partition", encrypted, notes });
}

/** The report on a state partition that is not mounted, because of `problem`. */
export function unusableState(problem: string): StateReport {
  return measured({ kind: "unusable", problem });
}

/** What a new /state lacks is a note: it is there, and can be used. Answers whether it lacks nothing. */
async function attempt(notes: string[], complete: () => Promise<void> | void): Promise<boolean> {
  try {
    await complete();
    return true;
  } catch (error) {
    notes.push(`The new /state is not complete: ${messageOf(error)}`);
    return false;
  }
}

async function mountPartition(
  config: Config,
  partition: StatePartition,
  { mayCreate, repair }: OpenStateMode,
  notes: string[],
): Promise<void> {
  const { device, sizeBytes } = partition;
  if (hasResetMark(device, sizeBytes)) await mustBeWhole(partition);
  let fstype = fileSystemOn(device);
  if (fstype === null && repair) {
    // A superblock that is gone has copies, which its own checker knows.
    await checkFileSystem(config.state.fstype, device, { thorough: true });
    fstype = fileSystemOn(device);
  }
  if (fstype === null) {
    mustBeEmpty(partition, mayCreate && config.state.create);
    await makeStateFileSystem(config.state.fstype, device, sizeBytes);
    fstype = config.state.fstype;
    notes.push(`A new ${fstype} file system was made on ${device}.`);
  }
  await checkFileSystem(fstype, device, { thorough: repair });
  mountWritable(device, STATE, fstype, OPTIONS);
}

/** What a reset that was cut short has half erased is neither mounted nor repaired, but only reset. */
async function mustBeWhole(partition: StatePartition): Promise<void> {
  const { isRecordedAt } = await import("./reset/waiting.ts");
  if (!(await isRecordedAt({ role: "state", find: async () => partition }))) return;
  throw new HoldfastError("refused", "A factory reset was cut short; it goes on at the next start.");
}

/** The file system on a device that /state may be; null when it has none. */
function fileSystemOn(device: string): StateFileSystem | null {
  const found = sniffFileSystem(startOf(device));
  return STATE_FILE_SYSTEMS.find((each) => each === found) ?? null;
}

/** Only what was never written to is made anew, and only where the configuration says so. */
function mustBeEmpty({ device, sizeBytes }: StatePartition, mayCreate: boolean): void {
  const found = knownContent(startOf(device));
  if (found !== null) {
    throw new HoldfastError("badStore", `${device} holds ${found}, no file system that /state can be.`);
  }
  if (mayCreate && isBlank(device, sizeBytes)) return;
  const what = isBlank(device, sizeBytes) ? "is empty" : "holds something, but no file system that is known";
  throw new HoldfastError("badStore", `${device} ${what}.`, {
    next: "Repair or reset it. Holdfast makes an empty one ready where it may: [state] create = true.",
  });
}

/** Makes what a new state partition begins with, where that was not done or was cut short. */
async function completeLayout({ state }: Config, notes: string[]): Promise<void> {
  if (!readdirSync(STATE).includes(HISTORY_DIR)) makeSkeleton(STATE, state.directories);
  const { key_file: keyFile, size_mib: sizeMib } = state.encrypted ?? {};
  if (keyFile === undefined || sizeMib === undefined || hasEncrypted(STATE)) return;
  await makeEncrypted(STATE, { keyFile, sizeMib });
  notes.push("A new encrypted image was made.");
}

/** The directories of an encrypted part that has nothing yet. */
function fillEncrypted({ state }: Config): void {
  const encrypted = join(STATE, ENCRYPTED_DIR);
  const isNew = readdirSync(encrypted).every((name) => name === "lost+found");
  if (isNew) makeSkeleton(STATE, state.directories, encrypted);
}

/**
 * Mounts a state in memory on /state, for this boot only, with the directories that a new one has.
 * `problem` says why.
 */
export function openTemporary(config: Config, problem: string): StateReport {
  mkdirSync(STATE, { recursive: true });
  mountWritable("tmpfs", STATE, "tmpfs", TEMPORARY_OPTIONS);
  const encrypted = join(STATE, ENCRYPTED_DIR);
  const hasOwn = config.state.directories.some((name) => name.startsWith(`${ENCRYPTED_DIR}/`));
  makeSkeleton(STATE, config.state.directories, hasOwn ? encrypted : null);
  return measured({ kind: "temporary", problem });
}

/**
 * Unmounts the state partition with everything on it, and closes what was open of it: no key stays in memory.
 * Throws when something of it is in use.
 */
export async function closeState(state: string): Promise<void> {
  for (const { target } of mountsBelow(state).reverse()) unmount(target);
  await closeEncrypted();
}
