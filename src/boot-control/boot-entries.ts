import { join } from "node:path";
import { type EntryContent, type LoaderConf, parseBootEntry, parseLoaderConf } from "../bytes/boot-entry.ts";
import { type EntryName, entryId, parseEntryName } from "../bytes/entry-name.ts";
import { compareEntries } from "../bytes/entry-order.ts";
import { readUki } from "../bytes/uki.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type EntryTree, mountedTree } from "../linux/entry-files.ts";
import { bindingOf, type RootBinding } from "./root-binding.ts";

/** One boot entry of ESP or XBOOTLDR: a file whose name carries its counter. */
export interface BootEntry extends EntryContent {
  /** Lower-case name without the counter. */
  readonly id: string;
  readonly kind: "type1" | "uki";
  /** Which of the boot partitions it lies on: 0 is the ESP. */
  readonly root: number;
  readonly folder: string;
  readonly name: EntryName;
  /** Name of the file now. */
  readonly file: string;
  /** The root that it starts; null where its command line names none. */
  readonly binding: RootBinding | null;
  /** Why nobody can say what this entry starts, as a sentence; null when it is sound. */
  readonly problem: string | null;
}

export interface EntryList {
  /** In systemd-boot's order. */
  readonly entries: readonly BootEntry[];
  readonly conf: LoaderConf;
  readonly problems: readonly string[];
}

const FOLDERS = [
  { kind: "type1", path: "loader/entries", suffix: ".conf" },
  { kind: "uki", path: "EFI/Linux", suffix: ".efi" },
] as const;

/** A boot partition: where it is mounted, or its files. */
export type BootRoot = string | EntryTree;

/** Reads the entries of boot partitions: the ESP, then XBOOTLDR if there is one. */
export function readEntries(roots: readonly BootRoot[]): EntryList {
  const trees = roots.map((root) => (typeof root === "string" ? mountedTree(root) : root));
  const entries = trees.flatMap((tree, root) => entriesOf(tree, root)).toSorted(compareEntries);
  const [esp] = trees;
  const broken = entries.flatMap(({ problem }) => problem ?? []);
  return {
    entries,
    conf: esp === undefined ? { default: null, preferred: null } : readConf(esp),
    problems: [...broken, ...twins(entries).map(twinSentence)],
  };
}

/** Entries whose names differ in nothing but the counter: a rename that was torn, or a careless copy. */
export function twins(entries: readonly BootEntry[]): BootEntry[][] {
  const byId = Map.groupBy(entries, ({ id }) => id);
  return [...byId.values()].filter((group) => group.length > 1);
}

function twinSentence(group: readonly BootEntry[]): string {
  const names = group.map(({ folder, file }) => join(folder, file)).join(" and ");
  return `${names} are the same entry twice; systemd-boot takes the first`;
}

function entriesOf(tree: EntryTree, root: number): BootEntry[] {
  return FOLDERS.flatMap(({ kind, path, suffix }) => {
    const folder = tree.folder(path);
    if (folder === null) return [];
    return tree.names(folder).flatMap((file) => {
      const name = file.toLowerCase().endsWith(suffix) ? parseEntryName(file) : null;
      return name === null ? [] : [{ ...entryOf(tree, kind, folder, name, file), root }];
    });
  });
}

const NOTHING: EntryContent = {
  title: null,
  version: null,
  sortKey: null,
  machineId: null,
  architecture: null,
  options: "",
  image: null,
  initrds: [],
};

function entryOf(
  tree: EntryTree,
  kind: BootEntry["kind"],
  folder: string,
  name: EntryName,
  file: string,
): Omit<BootEntry, "root"> {
  const path = join(folder, file);
  const found = { id: entryId(name), kind, folder, name, file };
  const nameProblem = name.problem === null ? null : `${path}: ${name.problem}`;
  try {
    const content =
      kind === "uki"
        ? tree.withReader(path, (read) => readUki(read, path))
        : readConfEntry(path, tree.text(path));
    return { ...content, ...found, binding: bindingOf(content.options), problem: nameProblem };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ...NOTHING, ...found, binding: null, problem: nameProblem ?? error.message };
  }
}

function readConfEntry(path: string, text: string): EntryContent {
  const content = parseBootEntry(text);
  if (content.image !== null) return content;
  throw new HoldfastError("badStore", `${path} names no kernel: a line linux, efi or uki would be right`);
}

function readConf(esp: EntryTree): LoaderConf {
  const folder = esp.folder("loader");
  const file = folder === null ? undefined : esp.names(folder).find((name) => /^loader\.conf$/i.test(name));
  if (folder === null || file === undefined) return parseLoaderConf("");
  return parseLoaderConf(esp.text(join(folder, file)));
}
