import { HoldfastError } from "../domain/errors.ts";
import type { Counting } from "../domain/slot.ts";
import { EfiVariables } from "../linux/efivars.ts";
import { type BootEntry, readEntries } from "./boot-entries.ts";
import type { BootFoldersOpener } from "./boot-folders.ts";
import { type BootedEntry, bootedEntry } from "./loader-choice.ts";
import { LoaderFeature, readLoaderFacts } from "./loader-facts.ts";
import { SystemdBoot, type SystemdBootSlot } from "./systemd-boot.ts";

/** A slot as the configuration has it, or as it was discovered. */
export interface EntrySlot {
  readonly id: string;
  /** File name of the entry without the counter; null to find it by the root. */
  readonly entry: string | null;
  /** "PARTUUID=…" or "PARTLABEL=…" of the root or /usr, each that the slot answers to. */
  readonly identities: readonly string[];
}

export interface OpenSystemdBoot {
  readonly folders: BootFoldersOpener;
  /** Where efivarfs is; the running system's when missing. */
  readonly variables?: EfiVariables;
  /** Null makes a slot of every entry. */
  readonly slots: readonly EntrySlot[] | null;
  /** "auto": the loader counts where it says that it can. */
  readonly counting: Counting | "auto";
  readonly freshTries: number;
  /** Slot that runs now, where the handoff has left word. */
  readonly booted: string | null;
  readonly commandLine: string;
  /** The version that a slot's id is made of, where the images say one better than the entry's name. */
  readonly versionOf?: (entry: BootEntry) => string | null;
}

export interface OpenedSystemdBoot {
  readonly control: SystemdBoot;
  /** In systemd-boot's order, with the root that each one starts. */
  readonly entries: readonly BootEntry[];
  /** Slots in the order of the table, else of the entries. */
  readonly slots: readonly SystemdBootSlot[];
  /** What the loader says about this boot, else what the command line makes likely. */
  readonly booted: (BootedEntry & { readonly slot: string | null }) | null;
}

/** Reads the entries and the loader's variables and opens the store; writes nothing. */
export async function openSystemdBoot(options: OpenSystemdBoot): Promise<OpenedSystemdBoot> {
  const variables = options.variables ?? new EfiVariables();
  const facts = readLoaderFacts(variables);
  const entries = await readableEntries(options);
  const slots =
    options.slots === null ? slotsOfEntries(entries, options.versionOf) : bindSlots(options.slots, entries);
  const found = bootedEntry(entries, facts, options.commandLine);
  const booted = found === null ? null : { ...found, slot: slotWith(slots, found.id) };
  const counts = (facts.features & LoaderFeature.bootCounting) !== 0n;
  const counting = options.counting === "auto" ? (counts ? "bootloader" : "holdfast") : options.counting;
  const named = booted?.certain === true ? booted.slot : null;
  const control = new SystemdBoot(options.folders, variables, {
    slots,
    counting,
    freshTries: options.freshTries,
    booted: options.booted ?? named,
  });
  return { control, entries, slots, booted };
}

/**
 * The entries; none when the boot partition cannot be read and the slots are configured: reading the store
 * then says why it cannot be.
 */
async function readableEntries({ folders, slots }: OpenSystemdBoot): Promise<readonly BootEntry[]> {
  try {
    const opened = await folders("read");
    try {
      return readEntries(opened.roots).entries;
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (slots !== null && error instanceof HoldfastError) return [];
    throw error;
  }
}

/** The entry of each slot: by name, else by the root that it starts when exactly one entry does. */
function bindSlots(slots: readonly EntrySlot[], entries: readonly BootEntry[]): SystemdBootSlot[] {
  return slots.map(({ id, entry, identities }) => {
    if (entry !== null) return { id, entry: entry.toLowerCase(), problem: null };
    const own = entries.filter(
      ({ binding }) => binding?.identity != null && identities.includes(binding.identity),
    );
    const ids = [...new Set(own.map((each) => each.id))];
    const [first, second] = ids;
    if (first !== undefined && second === undefined) return { id, entry: first, problem: null };
    const root = identities.join(" or ") || "its root";
    const problem =
      first === undefined
        ? `slot ${id}: no boot entry starts ${root}`
        : `slot ${id}: ${ids.join(" and ")} all start ${root}; name one as entry`;
    return { id, entry: null, problem };
  });
}

const MAX_SLOT_ID = 16;

/**
 * A slot for every sound entry, in order; its id is the version of what it starts, else the end of the entry's
 * name, where the version is.
 */
function slotsOfEntries(
  entries: readonly BootEntry[],
  versionOf: OpenSystemdBoot["versionOf"],
): SystemdBootSlot[] {
  const slots = new Map<string, SystemdBootSlot>();
  for (const entry of entries) {
    if (entry.problem !== null || slotWith([...slots.values()], entry.id) !== null) continue;
    const id = freeId((versionOf?.(entry) ?? entry.name.stem).toLowerCase(), slots);
    slots.set(id, { id, entry: entry.id, problem: null });
  }
  return [...slots.values()];
}

function freeId(stem: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = stem.replaceAll(/[^a-z0-9_-]+/g, "-");
  for (let number = 1; ; number++) {
    const end = number === 1 ? "" : `-${number}`;
    const id = `${plain.slice(end.length - MAX_SLOT_ID)}${end}`.replace(/^[_-]+/, "") || `entry${end}`;
    if (!taken.has(id)) return id;
  }
}

function slotWith(slots: readonly SystemdBootSlot[], entry: string): string | null {
  return slots.find((slot) => slot.entry === entry)?.id ?? null;
}
