import { closeSync, existsSync, mkdirSync, openSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, HoldfastError, messageOf } from "../../domain/errors.ts";
import { RESET_RESERVED_BYTES } from "../../domain/reset.ts";
import type { ResetJournal, ResetStep } from "../../domain/reset-journal.ts";
import { FRESH, HISTORY_DIR } from "../../domain/state-layout.ts";
import { STATE_FILE_SYSTEMS } from "../../domain/state-tools.ts";
import { eraseBlocks } from "../../linux/block-erase.ts";
import { syncPath, writeDurably } from "../../linux/durable.ts";
import { closeLuks, eraseLuks, formatLuks, openLuks } from "../../linux/luks.ts";
import { MS, mount, syncFileSystem, unmount } from "../../linux/syscalls.ts";
import { makeFileSystem, makeStateFileSystem } from "../filesystem.ts";
import { makeSkeleton } from "../skeleton.ts";
import { removeEntries, setAside } from "./entries.ts";
import { leaveReceipt, receiptOf } from "./receipt.ts";
import { closeEncrypted, release } from "./release.ts";
import { imageIn, type ResetSite } from "./site.ts";

/** What a step learned about how well it erased; nothing for most. */
export type Learned = Partial<Pick<ResetJournal["erasure"], "encrypted" | "blocks">>;

/** One step: idempotent, and on the medium when it returns. `tell` takes 0 to 1. */
type Step = (site: ResetSite, journal: ResetJournal, tell: (fraction: number) => void) => Promise<Learned>;

const VOLUME = "holdfast-reset";

/** Carries out one step each. */
export const STEPS: Readonly<Record<ResetStep, Step>> = {
  record: async (site) => {
    await release(site);
    return {};
  },

  "erase-keys": async (site) => {
    if (site.place.role === "root") await eraseLuks(site.target.device);
    else return eraseKeysInFile(site);
    return {};
  },

  erase: async ({ target, place }, _journal, tell) => {
    const length = target.size - RESET_RESERVED_BYTES;
    return { blocks: await eraseBlocks(target.device, { length, overwrite: place.overwrite, tell }) };
  },

  "make-volume": async ({ target }) => {
    await formatLuks(target.device, target.label);
    flush(target.device);
    return {};
  },

  "make-filesystem": async (site) => {
    await withInner(site, (device, size) => makeAnew(site, device, size));
    return {};
  },

  skeleton: async (site, journal) => {
    await withInner(site, (device, size) => fillAnew(site, journal, device, size));
    return {};
  },

  remove: async (site, { scope }) => {
    removeEntries(mounted(site), scope);
    return {};
  },

  "set-aside": async (site, { scope, id }) => {
    const state = mounted(site);
    if (scope === "data") await closeEncrypted(state);
    setAside(state, scope, id);
    return {};
  },

  receipt: async (site, journal) => {
    const state = mounted(site);
    // Not in the step before: done again, that would set the new directories aside.
    if (journal.scope !== "settings") beginAnew(state, journal);
    await keepFiles(state, journal);
    await leaveReceipt(state, receiptOf(journal, new Date()));
    return {};
  },
};

/** The keys of encrypted.img; where the file system does not mount any more, they go with its blocks. */
async function eraseKeysInFile(site: ResetSite): Promise<Learned> {
  try {
    await withMounted(site, site.target.device, async (state) => {
      const file = imageIn(state);
      if (file !== null) await eraseLuks(file);
    });
    return {};
  } catch (error) {
    if (error instanceof HoldfastError && error.kind === "refused") throw error;
    return { encrypted: false };
  }
}

/** What mount(2) answers where it finds no good file system; EBADMSG is ext4's wrong checksum. */
const SPOILT = new Set(["EINVAL", "EBADMSG", "EUCLEAN", "EIO"]);

/** A new file system that a power loss spoilt, before anything was in it, is made once more. */
async function fillAnew(site: ResetSite, journal: ResetJournal, device: string, size: number): Promise<void> {
  try {
    await fillSkeleton(site, device, journal);
  } catch (error) {
    if (!SPOILT.has(codeOf(error))) throw error;
    await makeAnew(site, device, size);
    await fillSkeleton(site, device, journal);
  }
}

/** The file system of the target, with room behind it for the record of a reset. */
async function makeAnew({ place, target }: ResetSite, device: string, size: number): Promise<void> {
  if (place.role === "state") await makeStateFileSystem(place.fstype, device, size);
  else await makeFileSystem(place.fstype, device, size - RESET_RESERVED_BYTES, target.label ?? "root");
  flush(device);
}

/** Runs `use` with what the file system lies on, and its size: the partition, or the volume in an encrypted root. */
async function withInner(
  { place, target }: ResetSite,
  use: (device: string, size: number) => Promise<void>,
): Promise<void> {
  if (place.role === "state") await use(target.device, target.size);
  else await withVolume(target.device, use);
}

/** Ours first, then what outlived the reset, the receipt last. */
async function fillSkeleton(site: ResetSite, device: string, journal: ResetJournal): Promise<void> {
  await withMounted(site, device, async (state) => {
    beginAnew(state, journal);
    await keepFiles(state, journal);
    await leaveReceipt(state, receiptOf(journal, new Date()));
  });
}

/** What a new file system begins with; what else /state has is made when it is opened the next time. */
function beginAnew(state: string, { layout, target }: ResetJournal): void {
  mkdirSync(join(state, HISTORY_DIR), { recursive: true });
  if (target.role === "state") writeFileSync(join(state, FRESH), "");
  makeSkeleton(state, layout);
}

async function keepFiles(state: string, { kept }: ResetJournal): Promise<void> {
  for (const [name, text] of Object.entries(kept)) await writeDurably(join(state, HISTORY_DIR, name), text);
}

/** Mounts the target in a folder of ours while `use` works on it, and has everything on the medium behind it. */
async function withMounted(
  { place, facts }: ResetSite,
  device: string,
  use: (state: string) => Promise<void>,
): Promise<void> {
  const folder = join(place.workFolder, "reset-state");
  mkdirSync(folder, { recursive: true });
  const fstype = STATE_FILE_SYSTEMS.find((each) => each === facts.content) ?? place.fstype;
  mount(device, folder, fstype, MS.nosuid | MS.nodev | MS.noatime);
  try {
    await use(folder);
    const fd = openSync(folder, "r");
    try {
      syncFileSystem(fd, folder);
    } finally {
      closeSync(fd);
    }
  } finally {
    unmount(folder);
    rmdirSync(folder);
  }
}

/** Opens the encrypted root for `use`, which gets its device and size. */
async function withVolume(
  device: string,
  use: (inner: string, size: number) => Promise<void>,
): Promise<void> {
  const inner = `/dev/mapper/${VOLUME}`;
  if (existsSync(inner)) await closeLuks(VOLUME);
  await openLuks(device, VOLUME);
  try {
    const { withDisk, diskAt } = await import("../../linux/disk.ts");
    await use(inner, await withDisk(diskAt(inner), "read", async (disk) => disk.size));
  } finally {
    await closeLuks(VOLUME);
  }
}

function mounted({ mountedAt, place }: ResetSite): string {
  if (mountedAt !== null) return mountedAt;
  throw new HoldfastError(
    "refused",
    `${place.ref} is not mounted on ${place.mountPoint}; nothing was removed.`,
  );
}

/** Tools leave what they wrote to the kernel. */
function flush(device: string): void {
  try {
    syncPath(device);
  } catch (error) {
    throw new HoldfastError("notReadBack", `${device} could not be flushed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
