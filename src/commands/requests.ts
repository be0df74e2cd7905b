import type { MessageStore, StoredMessage } from "../boot-control/message-store.ts";
import { type Asked, askedBy } from "../domain/asked.ts";
import { asksForWipe, type BootRequest } from "../domain/boot-request.ts";
import { messageOf } from "../domain/errors.ts";

/**
 * What somebody left for this start to do, in the bootloader's message. A request stays until it is done or
 * safely under way, so that a power loss does not lose it, and is cleared then, so that it is not done again:
 * - of the menu, when a person chose in it;
 * - of a reset, when the reset is armed and before it removes anything, by a resumed one too. Two equal messages
 *   have the same id: that of a reset which is done and whose message is cleared says nothing about a new one;
 * - of a stop in the bootloader, before the restart.
 */
export class Requests {
  /** Sentences about a message that cannot be read. */
  readonly problems: string[] = [];
  readonly #open: () => Promise<MessageStore | null>;
  #found: { readonly store: MessageStore; readonly message: StoredMessage } | null = null;

  constructor(open: () => Promise<MessageStore | null>) {
    this.#open = open;
  }

  /** What waits; null for nothing, and for what is not ours to do. Never throws. */
  async waiting(): Promise<Asked | null> {
    try {
      const store = await this.#open();
      if (store === null) return null;
      const message = await store.read();
      const { word } = message;
      if (word.kind === "none" || word.kind === "foreign") return null;
      this.#found = { store, message };
      return askedBy(word, await idOf(word, message.bytes));
    } catch (error) {
      this.problems.push(`The bootloader's message is no request: ${messageOf(error)}.`);
      return null;
    }
  }

  /** Clears what `waiting` found; throws when that fails, or when another request is there by now. */
  async clear(): Promise<void> {
    if (this.#found === null) return;
    await this.#found.store.clear(this.#found.message);
    this.#found = null;
  }
}

/** Only a reset needs to be told from another; nobody waits for a digest otherwise. */
async function idOf(word: BootRequest, bytes: Buffer): Promise<string> {
  if (!asksForWipe(word)) return "";
  const { createHash } = await import("node:crypto");
  return `bcb-${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}`;
}
