import { closeSync, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import { splitNested } from "./nested-name.ts";

/*
 * Calls are synchronous inside: they touch a few sectors, and node:fs/promises would bring all of streams
 * into every start of gate.
 */

/**
 * An opened whole disk or disk image. Offsets and lengths are bytes. Reads and writes are complete or throw;
 * a write is on the medium only after `flush`.
 */
export interface Disk {
  /** Path for messages. */
  readonly name: string;
  readonly size: number;
  /** Logical sector size of a block device; null for an image file, whose table has to say it. */
  readonly sectorSize: number | null;
  /** False for an image file, whose partitions have no device nodes. */
  readonly isDevice: boolean;
  read(offset: number, length: number): Promise<Buffer>;
  write(offset: number, bytes: Buffer): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export type DiskMode = "read" | "write";

/** Opens the same disk again, so that what is read back comes from the medium and not from our own memory. */
export type DiskOpener = (mode: DiskMode) => Promise<Disk>;

/** Requests of <linux/fs.h>. */
const BLKFLSBUF = 0x1261;
const BLKSSZGET = 0x1268;
const BLKGETSIZE64 = 0x80081272;

/** An opener for the block device or image file at `path`. */
export function diskAt(path: string): DiskOpener {
  return (mode) => openDisk(path, mode);
}

/**
 * Opens a block device or an image file, read-only unless it is to be written, and never exclusively:
 * partitions of the disk may be mounted. A writer holds the advisory lock that udev and other tools respect.
 * Throws `noDevice` when there is none or it may not be opened.
 */
export async function openDisk(path: string, mode: DiskMode): Promise<Disk> {
  const nested = splitNested(path);
  if (nested !== null && statSync(path, { throwIfNoEntry: false }) === undefined) {
    const { openNested } = await import("./nested-disk.ts");
    return openNested(diskAt(nested.outer), { path, number: nested.number }, mode);
  }
  const isDevice = attempt(
    () => isBlockDevice(path),
    (cause) => cannotOpen(path, "read", cause),
  );
  const fd = attempt(
    () => openSync(path, mode === "read" ? "r" : "r+"),
    (cause) => cannotOpen(path, mode, cause),
  );
  try {
    if (mode === "write") await lock(fd, path);
    return isDevice ? await blockDevice(path, fd) : imageFile(path, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Runs `use` with the disk opened and closes it on every way out. */
export async function withDisk<T>(
  opener: DiskOpener,
  mode: DiskMode,
  use: (disk: Disk) => Promise<T>,
): Promise<T> {
  const disk = await opener(mode);
  try {
    return await use(disk);
  } finally {
    await disk.close();
  }
}

/** Asked before opening: opening a pipe would wait for its other end. */
function isBlockDevice(path: string): boolean {
  const found = statSync(path);
  if (found.isBlockDevice()) return true;
  if (found.isFile()) return false;
  throw new HoldfastError("noDevice", `${path} is neither a block device nor a disk image file`);
}

function imageFile(path: string, fd: number): Disk {
  return new FileDisk(path, fd, { size: fstatSync(fd).size, sectorSize: null });
}

async function blockDevice(path: string, fd: number): Promise<Disk> {
  const { ioctl } = await import("./syscalls.ts");
  const answer = Buffer.alloc(8);
  ioctl(fd, BLKGETSIZE64, answer, `BLKGETSIZE64 ${path}`);
  const size = Number(answer.readBigUInt64LE());
  ioctl(fd, BLKSSZGET, answer, `BLKSSZGET ${path}`);
  const sectorSize = answer.readInt32LE();
  const dropCache = () => {
    // Needs a privilege that writing does not; the fresh open still reads what the kernel holds.
    try {
      ioctl(fd, BLKFLSBUF, 0, `BLKFLSBUF ${path}`);
    } catch (error) {
      if (codeOf(error) !== "EACCES" && codeOf(error) !== "EPERM") throw error;
    }
  };
  return new FileDisk(path, fd, { size, sectorSize, dropCache });
}

/** Size of a block device in bytes. */
export async function deviceSize(path: string): Promise<number> {
  const disk = await openDisk(path, "read");
  await disk.close();
  return disk.size;
}

async function lock(fd: number, path: string): Promise<void> {
  const { tryLock } = await import("./syscalls.ts");
  // udev holds the lock for moments while it probes; another Holdfast holds it for one change.
  for (let attempt = 0; attempt < 40; attempt++) {
    if (tryLock(fd, path)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new HoldfastError("refused", `${path} is locked by another program`, {
    next: "wait until it is done and try again",
  });
}

interface FileDiskFacts {
  readonly size: number;
  readonly sectorSize: number | null;
  /** Only for devices: forgets cached blocks, so that the next read asks the device. */
  readonly dropCache?: () => void;
}

class FileDisk implements Disk {
  readonly name: string;
  readonly size: number;
  readonly sectorSize: number | null;
  readonly isDevice: boolean;
  readonly #fd: number;
  readonly #dropCache: () => void;

  constructor(name: string, fd: number, facts: FileDiskFacts) {
    this.name = name;
    this.size = facts.size;
    this.sectorSize = facts.sectorSize;
    this.isDevice = facts.dropCache !== undefined;
    this.#fd = fd;
    this.#dropCache = facts.dropCache ?? (() => {});
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    let done = 0;
    while (done < length) {
      const at = offset + done;
      const count = attempt(
        () => readSync(this.#fd, bytes, done, length - done, at),
        (cause) => {
          const what = `${this.name} cannot be read at byte ${at}: ${codeOf(cause)}`;
          return new HoldfastError("badStore", what, { cause });
        },
      );
      if (count === 0) {
        const found = `${this.name} ends at byte ${this.size}`;
        throw new HoldfastError("badStore", `${found}, ${length} bytes at ${offset} were asked for`);
      }
      done += count;
    }
    return bytes;
  }

  async write(offset: number, bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const at = offset + done;
      done += attempt(
        () => writeSync(this.#fd, bytes, done, bytes.length - done, at),
        (cause) => this.#lost(` at byte ${at}`, cause),
      );
    }
  }

  async flush(): Promise<void> {
    attempt(
      () => fsyncSync(this.#fd),
      (cause) => this.#lost("", cause),
    );
    this.#dropCache();
  }

  #lost(where: string, cause: unknown): HoldfastError {
    const what = `${this.name} could not be written${where}: ${codeOf(cause)}`;
    return new HoldfastError("notReadBack", what, { cause });
  }

  async close(): Promise<void> {
    closeSync(this.#fd);
  }
}

/** The result of a system call, or its failure as an error for people; ours pass as they are. */
function attempt<T>(call: () => T, explain: (cause: unknown) => HoldfastError): T {
  try {
    return call();
  } catch (cause) {
    throw cause instanceof HoldfastError ? cause : explain(cause);
  }
}

function cannotOpen(path: string, mode: DiskMode, cause: unknown): HoldfastError {
  const code = codeOf(cause);
  if (code === "ENOENT") return new HoldfastError("noDevice", `${path} does not exist`, { cause });
  const next = code === "EACCES" ? { next: `run as a user who may ${mode} ${path}` } : {};
  return new HoldfastError("noDevice", `${path} cannot be opened to ${mode}: ${code}`, { cause, ...next });
}
