import { HoldfastError } from "../domain/errors.ts";
import type { Disk, DiskMode, DiskOpener } from "./disk.ts";
import { readGptTable } from "./gpt-table.ts";

/** Opens the content of a partition as a disk of its own: Android phones keep a whole GPT in userdata. */
export async function openNested(
  opener: DiskOpener,
  name: { readonly path: string; readonly number: number },
  mode: DiskMode,
): Promise<Disk> {
  const outer = await opener(mode);
  try {
    const { truth, geometry } = await readGptTable(outer);
    const entry = truth.entries.find(({ number }) => number === name.number);
    if (entry === undefined) {
      throw new HoldfastError("noDevice", `${outer.name} has no partition ${name.number}`);
    }
    const start = entry.firstLba * geometry.sectorSize;
    const size = (entry.lastLba - entry.firstLba + 1) * geometry.sectorSize;
    return new PartDisk(name.path, outer, start, size);
  } catch (error) {
    await outer.close();
    throw error;
  }
}

class PartDisk implements Disk {
  readonly name: string;
  readonly size: number;
  /** The inner table says it: the two may differ. */
  readonly sectorSize = null;
  readonly isDevice = false;
  readonly #outer: Disk;
  readonly #start: number;

  constructor(name: string, outer: Disk, start: number, size: number) {
    this.name = name;
    this.size = size;
    this.#outer = outer;
    this.#start = start;
  }

  async read(offset: number, length: number): Promise<Buffer> {
    this.#within(offset, length);
    return this.#outer.read(this.#start + offset, length);
  }

  async write(offset: number, bytes: Buffer): Promise<void> {
    this.#within(offset, bytes.length);
    await this.#outer.write(this.#start + offset, bytes);
  }

  flush(): Promise<void> {
    return this.#outer.flush();
  }

  close(): Promise<void> {
    return this.#outer.close();
  }

  #within(offset: number, length: number): void {
    if (offset >= 0 && offset + length <= this.size) return;
    throw new HoldfastError(
      "badStore",
      `${this.name} ends at byte ${this.size}, ${length} bytes at ${offset} were asked for`,
    );
  }
}
