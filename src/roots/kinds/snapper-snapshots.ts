import { join } from "node:path";
import { parseSnapperInfo, type SnapperInfo } from "../../bytes/snapper-info.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { subvolumeOf } from "../../linux/btrfs.ts";
import type { Place } from "./kind.ts";
import { isPlainFolder, namesInside, textInside } from "./tree.ts";

/** Where snapper keeps snapshots, in the order in which it is looked for, seen from the top-level subvolume. */
const FOLDERS = ["@/.snapshots", ".snapshots"] as const;

/** One snapshot, whole or not. */
export interface Snapshot {
  /** Path of the subvolume from the top of the file system. */
  readonly id: string;
  readonly number: number;
  readonly info: SnapperInfo | null;
  /** What keeps it from being whole, as a sentence; null when nothing does. */
  readonly problem: string | null;
}

/** All snapshots, the newest first. */
export function readSnapshots({ root: { tree, options } }: Place): readonly Snapshot[] {
  // Their ids are paths from the top of the file system.
  if (options.startsWith("subvol=")) return [];
  const folder = FOLDERS.find((each) => isPlainFolder(tree, each));
  if (folder === undefined) return [];
  const numbers = namesInside(tree, folder)
    .filter((name) => /^[1-9]\d{0,8}$/.test(name))
    .map(Number);
  return numbers.sort((a, b) => b - a).map((number) => readSnapshot(tree, folder, number));
}

function readSnapshot(tree: string, folder: string, number: number): Snapshot {
  const id = `${folder}/${number}/snapshot`;
  const path = `${folder}/${number}/info.xml`;
  try {
    const text = textInside(tree, path);
    if (text === null) throw new HoldfastError("badStore", "It has no info.xml: its making was not finished");
    const info = parseSnapperInfo(text, `/${path}`);
    return { id, number, info, problem: problemOf(tree, id, number, info) };
  } catch (error) {
    return { id, number, info: null, problem: `${messageOf(error)}.` };
  }
}

function problemOf(tree: string, id: string, number: number, info: SnapperInfo): string | null {
  if (info.number !== number) return `Its info.xml is that of snapshot ${info.number}.`;
  if (!isPlainFolder(tree, id)) return "Its subvolume is missing.";
  if (info.userdata.get("transactional-update-in-progress") === "yes") return "Its update was not finished.";
  const [own, around] = [subvolumeOf(join(tree, id)), subvolumeOf(join(tree, id, ".."))];
  return own !== null && own === around ? "It is a directory and no subvolume." : null;
}
