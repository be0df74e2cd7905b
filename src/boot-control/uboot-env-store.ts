import {
  decodeEnv,
  type EnvFlagRule,
  type EnvLayout,
  editEnv,
  encodeEnv,
  envChecksumFits,
  envVariables,
  newerEnv,
  type UbootEnv,
} from "../bytes/uboot-env.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type Disk, type DiskOpener, withDisk } from "../linux/disk.ts";
import { changedOnly, type Edits, type VariableStore, type Variables } from "./variable-style.ts";

/** One copy of the environment: `size` bytes at `offset` of a device or file, from its end when negative. */
export interface EnvCopy {
  /** Path for messages. */
  readonly name: string;
  readonly open: DiskOpener;
  readonly offset: number;
  readonly size: number;
  /** Replaces the whole file in one step; null where the copy is a part of a device or file. */
  readonly replace: ((bytes: Buffer) => Promise<void>) | null;
}

/** One copy as it was read. */
interface ReadCopy {
  readonly copy: EnvCopy;
  readonly env: UbootEnv | null;
  readonly problem: string | null;
}

/** Runs something while other programs that write the environment wait. */
export type WithLock = <T>(use: () => Promise<T>) => Promise<T>;

export interface EnvStoreOptions {
  /** One copy, or the two of a redundant environment in the order of fw_env.config. */
  readonly copies: readonly EnvCopy[];
  readonly rule: EnvFlagRule;
  readonly withLock: WithLock;
}

/**
 * U-Boot's environment on storage, written as fw_setenv does: of two copies the older or the damaged one is
 * written whole and gets the newer flag, the valid one is left alone. An environment whose checksum was wrong
 * before is never written: its size may be wrong too, and U-Boot would not take it.
 */
export class UbootEnvStore implements VariableStore {
  readonly #copies: readonly EnvCopy[];
  readonly #layout: EnvLayout;
  readonly #rule: EnvFlagRule;
  readonly #withLock: WithLock;

  constructor({ copies, rule, withLock }: EnvStoreOptions) {
    this.#copies = copies;
    this.#layout = copies.length === 2 ? "redundant" : "single";
    this.#rule = rule;
    this.#withLock = withLock;
  }

  async read(): Promise<{ variables: Variables | null; problems: readonly string[] }> {
    const read = await this.#readAll();
    const current = this.#current(read);
    const problems = read.flatMap((each) => each.problem ?? []);
    if (current === null) return { variables: null, problems };
    const used = problems.length === 0 ? [] : [`${whereOf(current.copy)}: this copy is used`];
    return { variables: envVariables(current.env), problems: [...problems, ...used] };
  }

  update(edit: (variables: Variables) => Edits): Promise<void> {
    return this.#withLock(async () => {
      const read = await this.#readAll();
      const current = this.#current(read);
      if (current === null) throw unreadable(read);
      const variables = envVariables(current.env);
      const edits = changedOnly(variables, edit(variables));
      if (edits.size === 0) return;
      const bytes = await this.#write(read, current, edits);
      await this.#readBack(bytes);
    });
  }

  async #write(read: readonly ReadCopy[], current: Current, edits: Edits): Promise<Buffer> {
    const target = read.find(({ copy }) => copy !== current.copy)?.copy ?? current.copy;
    const flags = this.#nextFlags(current.env.flags);
    const bytes = encodeEnv({ ...editEnv(current.env, edits), flags }, target.size, whereOf(target));
    await writeCopy(target, bytes);
    // Read back before the old copy is called obsolete, as it is the only other one.
    if (this.#rule === "boolean" && target !== current.copy) {
      const written = await readCopy(target, this.#layout);
      if (written.env === null) throw notReadBack(target);
      await writePart(current.copy, FLAGS_AT, Buffer.from([OBSOLETE]));
    }
    return bytes;
  }

  #nextFlags(flags: number | null): number | null {
    if (flags === null) return null;
    return this.#rule === "boolean" ? ACTIVE : (flags + 1) % 256;
  }

  async #readBack(wanted: Buffer): Promise<void> {
    const current = this.#current(await this.#readAll());
    const found = current && encodeEnv(current.env, current.copy.size, whereOf(current.copy));
    if (current === null || !found?.equals(wanted)) throw notReadBack(current?.copy ?? this.#copies[0]);
  }

  async #readAll(): Promise<ReadCopy[]> {
    const read: ReadCopy[] = [];
    for (const copy of this.#copies) read.push(await readCopy(copy, this.#layout));
    return read;
  }

  #current(read: readonly ReadCopy[]): Current | null {
    const [first, second] = read.filter((each): each is Current => each.env !== null);
    if (first === undefined || second === undefined) return first ?? null;
    return newerEnv(first.env.flags ?? 0, second.env.flags ?? 0, this.#rule) === 0 ? first : second;
  }
}

type Current = ReadCopy & { readonly env: UbootEnv };

/** ENV_REDUND_ACTIVE and ENV_REDUND_OBSOLETE of U-Boot's include/env_internal.h. */
const ACTIVE = 1;
const OBSOLETE = 0;
const FLAGS_AT = 4;

async function readCopy(copy: EnvCopy, layout: EnvLayout): Promise<ReadCopy> {
  try {
    const bytes = await withDisk(copy.open, "read", (disk) => disk.read(startOf(copy, disk), copy.size));
    checkLayout(bytes, layout, whereOf(copy));
    return { copy, env: decodeEnv(bytes, layout, whereOf(copy)), problem: null };
  } catch (error) {
    if (error instanceof HoldfastError) return { copy, env: null, problem: error.message };
    throw error;
  }
}

/** Nothing in the data says which layout it has; the checksum fits only one. */
function checkLayout(bytes: Buffer, layout: EnvLayout, where: string): void {
  const other = layout === "single" ? "redundant" : "single";
  if (envChecksumFits(bytes, layout) || !envChecksumFits(bytes, other)) return;
  const found = other === "single" ? "a single environment" : "one copy of a redundant environment";
  const lines = other === "single" ? "one line" : "two lines";
  throw new HoldfastError("badStore", `${where} holds ${found}; ${lines} of fw_env.config would be right`);
}

async function writeCopy(copy: EnvCopy, bytes: Buffer): Promise<void> {
  if (copy.replace === null) await writePart(copy, 0, bytes);
  else await copy.replace(bytes);
}

async function writePart(copy: EnvCopy, at: number, bytes: Buffer): Promise<void> {
  await withDisk(copy.open, "write", async (disk) => {
    const start = startOf(copy, disk);
    // Never beyond what is there: a file that is too short would grow.
    await disk.read(start, copy.size);
    await disk.write(start + at, bytes);
    await disk.flush();
  });
}

function startOf(copy: EnvCopy, disk: Disk): number {
  const start = copy.offset < 0 ? disk.size + copy.offset : copy.offset;
  if (start >= 0 && start + copy.size <= disk.size) return start;
  const wanted = `${copy.size} bytes at ${copy.offset} were asked for`;
  throw new HoldfastError("badStore", `${copy.name} has ${disk.size} bytes, ${wanted}`);
}

function whereOf({ name, offset }: EnvCopy): string {
  return offset === 0 ? name : `${name} at byte ${offset}`;
}

function unreadable(read: readonly ReadCopy[]): HoldfastError {
  const why = read.flatMap((each) => each.problem ?? []).join("; ");
  return new HoldfastError("badStore", `nothing was written: ${why}`, {
    next: "check fw_env.config, then let U-Boot itself save an environment (saveenv)",
  });
}

function notReadBack(copy: EnvCopy | undefined): HoldfastError {
  const where = copy === undefined ? "the U-Boot environment" : whereOf(copy);
  return new HoldfastError("notReadBack", `${where} does not hold the environment that was written`, {
    next: "the disk may be failing or write-protected",
  });
}
