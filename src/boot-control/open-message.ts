import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { findInTable, resolvePartition, type SysfsOptions } from "../linux/block.ts";
import type { GptTable } from "../linux/gpt-table.ts";
import { MessageStore } from "./message-store.ts";
import { miscAt } from "./misc-place.ts";

export interface OpenMessage extends SysfsOptions {
  readonly config: Config["android-misc"];
  /** Table of the disk or image that the command line names: the partition is looked up on it alone. */
  readonly named: { readonly table: GptTable | null } | null;
}

/** The store of Android's bootloader message; null where no partition carries it. */
export async function openMessage(options: OpenMessage): Promise<MessageStore | null> {
  const { config, named } = options;
  if (named !== null && named.table === null) return null;
  try {
    const partition =
      named?.table == null
        ? await resolvePartition(config.partition, options)
        : await findInTable(config.partition, named.table, options);
    const { opener, place } = miscAt(partition, config.offset);
    return new MessageStore(opener, place.base);
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}
