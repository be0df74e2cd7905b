import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isoDate, type Running, ranLast, type System } from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import { isFolder, namesInside } from "./tree.ts";

/** One generation of a profile: a numbered link to a system in the store. */
export interface Generation {
  /** The link and what it leads to: numbers may come again, paths of the store never change. */
  readonly id: string;
  /** "system", or the name of another profile. */
  readonly profile: string;
  readonly number: number;
  /** Path of the system in the store; it may be gone. */
  readonly toplevel: string;
  /** When the link was made, as ISO 8601; null where its time says nothing. */
  readonly date: string | null;
  /** Null where the profile names none of its generations. */
  readonly isDefault: boolean | null;
}

/**
 * The generations of all profiles in a folder, the default profile's first and of each the newest first. Only
 * links whose target matches `store` are generations.
 */
export function readGenerations(tree: string, folder: string, store: RegExp): readonly Generation[] {
  const others = namesInside(tree, `${folder}/system-profiles`);
  const names = new Set(others.map((name) => name.replace(/-\d+-link$/, "")));
  return [
    ...profileOf(tree, folder, "system", store),
    ...[...names].flatMap((name) => profileOf(tree, `${folder}/system-profiles`, name, store)),
  ];
}

/** What is the same for the generations of every family; `problem` is what keeps one from being whole. */
export function describeGeneration(
  { id, toplevel, date, isDefault }: Generation,
  all: readonly Generation[],
  problem: string | null,
  running: Running,
): Pick<System, "id" | "date" | "health" | "flags"> {
  const identicalTo = all
    .filter((each) => each.toplevel === toplevel && each.id !== id)
    .map((each) => each.id);
  const health = { state: problem === null ? "unknown" : "bad", triesLeft: null, triesDone: null } as const;
  return {
    id,
    date,
    health: { ...health, evidence: problem === null ? [] : [problem] },
    flags: {
      default: isDefault,
      lastRun: ranLast(id, running),
      pinned: null,
      staged: false,
      incomplete: problem !== null,
      identicalTo,
    },
  };
}

function numberOf(name: string, profile: string): number | null {
  const number = name.startsWith(`${profile}-`)
    ? /^(\d{1,9})-link$/.exec(name.slice(profile.length + 1))?.[1]
    : undefined;
  return number === undefined ? null : Number(number);
}

function profileOf(tree: string, folder: string, profile: string, store: RegExp): Generation[] {
  const isMain = profile === "system" && !folder.endsWith("/system-profiles");
  const chosen = isMain ? linkOf(tree, folder, profile)?.target.replace(/^.*\//, "") : null;
  return namesInside(tree, folder)
    .flatMap((name): Generation[] => {
      const number = numberOf(name, profile);
      const link = number === null ? null : linkOf(tree, folder, name);
      if (number === null || link === null || !store.test(link.target)) return [];
      const { target: toplevel, date } = link;
      const isDefault = chosen === null ? false : chosen === undefined ? null : chosen === name;
      return [{ id: `${name}=${toplevel}`, profile, number, toplevel, date, isDefault }];
    })
    .sort((a, b) => b.number - a.number);
}

/** The second that Nix and Guix give all that lies in their stores; it says nothing of when it was made. */
const STORE_TIME = 1;

interface Link {
  readonly target: string;
  readonly date: string | null;
}

/** Where a link in a folder leads as it is written, and its own time; null for what is no link. */
function linkOf(tree: string, folder: string, name: string): Link | null {
  const around = resolveInside(tree, folder);
  if (around === null || !isFolder(tree, folder)) return null;
  const link = join(around, name);
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() !== true) return null;
  const seconds = Math.floor(found.mtimeMs / 1000);
  return { target: readlinkSync(link), date: isoDate(seconds > STORE_TIME ? seconds : null) };
}
