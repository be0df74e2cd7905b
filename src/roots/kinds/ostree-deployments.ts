import { type EntryContent, parseBootEntry } from "../../bytes/boot-entry.ts";
import { type EntryName, parseEntryName } from "../../bytes/entry-name.ts";
import { parseCommandLine } from "../../domain/command-line.ts";
import { messageOf } from "../../domain/errors.ts";
import { resolveInside } from "../resolve.ts";
import type { Place } from "./kind.ts";
import { isFolder, namesInside, textInside } from "./tree.ts";

/** A boot entry that OSTree wrote. */
export interface DeploymentEntry {
  readonly file: string;
  readonly name: EntryName;
  readonly content: EntryContent;
  /** OSTree's own order: the highest is the default; null where it is no number. */
  readonly order: number | null;
}

/** One deployment: what lies on the disk, and the entry that starts it; either may be missing. */
export interface Deployment {
  /** "stateroot/commit.serial"; "entry:FILE" for an entry that leads nowhere. */
  readonly id: string;
  /** What the commit, the files and the entry belong to; null for an entry that leads nowhere. */
  readonly place: DeploymentPlace | null;
  readonly entry: DeploymentEntry | null;
  /** OSTree's index, 0 for the default; null without an entry. */
  readonly index: number | null;
}

export interface DeploymentPlace {
  readonly stateroot: string;
  /** SHA-256 in lower-case hex. */
  readonly commit: string;
  readonly serial: number;
  /** Path from the root of the file system. */
  readonly path: string;
}

const DEPLOYMENT = /^ostree\/deploy\/([^/]+)\/deploy\/([0-9a-f]{64})\.(\d+)$/;

/** All deployments in the order in which they boot, then those that no entry starts. */
export function readDeployments(place: Place): readonly Deployment[] {
  const { tree } = place.root;
  if (!isFolder(tree, "ostree/deploy")) return [];
  const started = readEntries(place)
    .sort(compareEntries)
    .map((entry, index): Deployment => {
      const found = targetOf(tree, entry.content.options);
      return { id: found === null ? `entry:${entry.file}` : idOf(found), place: found, entry, index };
    });
  const left = readPlaces(tree).map((found) => ({ id: idOf(found), place: found, entry: null, index: null }));
  // Of two entries that start the same deployment the first counts.
  const firsts = new Map<string, Deployment>();
  for (const each of [...started, ...left]) if (!firsts.has(each.id)) firsts.set(each.id, each);
  return [...firsts.values()];
}

function idOf({ stateroot, commit, serial }: DeploymentPlace): string {
  return `${stateroot}/${commit}.${serial}`;
}

/** Where the entries lie: `loader` is a link whose exchange is OSTree's moment of truth. */
export function entriesOf({ root, boot }: Place): { readonly tree: string; readonly folder: string } {
  return boot === null
    ? { tree: root.tree, folder: "boot/loader/entries" }
    : { tree: boot.tree, folder: "loader/entries" };
}

function readEntries(place: Place): DeploymentEntry[] {
  const { tree, folder } = entriesOf(place);
  return namesInside(tree, folder).flatMap((file) => {
    const name = parseEntryName(file);
    if (name === null || !file.startsWith("ostree-") || !file.endsWith(".conf")) return [];
    const content = parseBootEntry(readable(tree, `${folder}/${file}`));
    return [
      {
        file,
        name,
        content,
        order: /^\d{1,9}$/.test(content.version ?? "") ? Number(content.version) : null,
      },
    ];
  });
}

/** An entry that cannot be read is one that says nothing, and so leads nowhere. */
function readable(tree: string, path: string): string {
  try {
    return textInside(tree, path) ?? "";
  } catch (error) {
    return `# ${messageOf(error)}`;
  }
}

function compareEntries(a: DeploymentEntry, b: DeploymentEntry): number {
  return (b.order ?? -1) - (a.order ?? -1) || (a.file < b.file ? 1 : -1);
}

/** The deployment that `ostree=` of a command line leads to; undefined where it leads nowhere. */
export function deploymentNamed(
  { root: { tree } }: Place,
  all: readonly Deployment[],
  commandLine: string,
): Deployment | undefined {
  const target = targetOf(tree, commandLine);
  return target === null ? undefined : all.find(({ id }) => id === idOf(target));
}

/** What `ostree=` leads to through OSTree's two links. */
function targetOf(tree: string, options: string): DeploymentPlace | null {
  const path = parseCommandLine(options).get("ostree");
  const folder = path === undefined ? null : resolveInside(tree, path);
  if (folder === null) return null;
  const inside = folder.slice(tree.length).replace(/^\/+/, "");
  return isFolder(tree, inside) ? placeAt(inside) : null;
}

function placeAt(path: string): DeploymentPlace | null {
  const [, stateroot, commit, serial] = DEPLOYMENT.exec(path) ?? [];
  if (stateroot === undefined || commit === undefined) return null;
  return { stateroot, commit, serial: Number(serial), path };
}

function readPlaces(tree: string): DeploymentPlace[] {
  return namesInside(tree, "ostree/deploy").flatMap((stateroot) => {
    const folder = `ostree/deploy/${stateroot}/deploy`;
    const names = namesInside(tree, folder).filter((name) => isFolder(tree, `${folder}/${name}`));
    return names.flatMap((name) => placeAt(`${folder}/${name}`) ?? []);
  });
}
