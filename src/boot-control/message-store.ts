import { MISC_MAP } from "../bytes/android-misc.ts";
import { BOOT_MESSAGE_SIZE, decodeBootMessage, withCommand } from "../bytes/boot-message.ts";
import {
  type BootRequest,
  type BootWord,
  formatBootRequest,
  parseBootRequest,
} from "../domain/boot-request.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type Disk, type DiskOpener, withDisk } from "../linux/disk.ts";
import { runSteps, type WriteStep } from "./gpt-store.ts";

/** A message as it was read; what is cleared later must still be this one. */
export interface StoredMessage {
  readonly word: BootWord;
  readonly bytes: Buffer;
}

/** Command and the beginning of the arguments; one sector, so that a power loss leaves it old or new. */
const HEAD = 512;

/**
 * Android's bootloader message at the beginning of misc. A request of somebody else is never written over,
 * and only the request that was read is cleared. `base` is the byte in the opened disk where misc begins.
 */
export class MessageStore {
  readonly #opener: DiskOpener;
  readonly #base: number;

  constructor(opener: DiskOpener, base: number) {
    this.#opener = opener;
    this.#base = base + MISC_MAP.message;
  }

  read(): Promise<StoredMessage> {
    return withDisk(this.#opener, "read", (disk) => this.#load(disk));
  }

  /** Leaves a request for the next start; `refused` when another one waits. */
  async leave(request: BootRequest): Promise<void> {
    const { command, recovery } = formatBootRequest(request);
    await this.#replace(({ word, bytes }) => {
      const after = withCommand(bytes, command, recovery);
      if (word.kind === "none" || after.equals(bytes)) return after;
      const waiting = word.kind === "foreign" ? word.command : formatBootRequest(word).command;
      throw new HoldfastError("refused", `misc holds a request already: ${waiting}`, {
        next: "start the device once so that it is carried out, or clear it",
      });
    });
  }

  /** Forgets a request that was carried out; `refused` when misc holds another one by now. */
  async clear(message: StoredMessage): Promise<void> {
    await this.#replace(({ bytes }) => {
      if (bytes.equals(message.bytes)) return Buffer.alloc(BOOT_MESSAGE_SIZE);
      throw new HoldfastError("refused", "misc holds another request than the one that was carried out");
    });
  }

  async #replace(change: (message: StoredMessage) => Buffer): Promise<void> {
    const wanted = await withDisk(this.#opener, "write", async (disk) => {
      const message = await this.#load(disk);
      const after = change(message);
      await runSteps(disk, planMessage(message.bytes, after, this.#base));
      return after;
    });
    const { bytes } = await this.read();
    if (!bytes.equals(wanted)) {
      throw new HoldfastError("notReadBack", `the message at byte ${this.#base} is not what was written`, {
        next: "the disk may be failing or write-protected",
      });
    }
  }

  async #load(disk: Disk): Promise<StoredMessage> {
    const bytes = await disk.read(this.#base, BOOT_MESSAGE_SIZE);
    const { command, recovery } = decodeBootMessage(bytes, `${disk.name} at byte ${this.#base}`);
    return { word: parseBootRequest(command, recovery), bytes };
  }
}

/**
 * Steps from one message to another so that at every instant the command is the old one, none, or the new
 * one with all of its arguments: what lies past the first sector changes only while there is no command.
 */
export function planMessage(before: Buffer, after: Buffer, offset: number): WriteStep[] {
  if (before.equals(after)) return [];
  const write = (at: number, bytes: Buffer): WriteStep[] => [
    { kind: "write", offset: offset + at, bytes },
    { kind: "flush" },
  ];
  const [head, tail] = [after.subarray(0, HEAD), after.subarray(HEAD)];
  if (before.subarray(HEAD).equals(tail)) return write(0, head);
  const none = Buffer.alloc(HEAD);
  const silence = before.subarray(0, HEAD).equals(none) ? [] : write(0, none);
  return [...silence, ...write(HEAD, tail), ...(head.equals(none) ? [] : write(0, head))];
}
