import { lstatSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { codeOf } from "../domain/errors.ts";
import {
  type Bind,
  type BindPlan,
  closedTarget,
  isBelow,
  planBinds,
  type StateDirectory,
} from "../domain/state-binds.ts";
import { ENCRYPTED_DIR } from "../domain/state-layout.ts";
import { mountAt } from "../linux/mount-table.ts";
import { MS, mount } from "../linux/syscalls.ts";
import { resolveInside } from "../roots/resolve.ts";

/** A bind and the place that its target is once links in the root are followed, such as /var/home for /home. */
interface PlacedBind extends Bind {
  readonly place: string;
}

/**
 * Binds every directory of the state partition that is mounted at `state` into the root at `sysroot`, where its
 * name says. Links inside the root are followed as they will be once it runs, and never out of it. One that
 * cannot be bound is left out with its reason; this never throws.
 */
export function bindState(state: string, sysroot: string): BindPlan {
  const { binds, refused } = planBinds(readStateDirectories(state));
  const placed = binds.map((bind) => ({ ...bind, place: placeOf(sysroot, bind.target) }));
  const done: PlacedBind[] = [];
  const left = [...refused];
  // By their places: what is bound later must not cover what was bound before.
  for (const bind of placed.toSorted((a, b) => depthOf(a.place) - depthOf(b.place))) {
    const twin = placed.find((other) => other !== bind && other.place === bind.place);
    const reason =
      twin === undefined
        ? tryBind(state, sysroot, bind, done)
        : `it is for ${bind.place} in this system, as ${twin.source} is`;
    if (reason === null) done.push(bind);
    else left.push({ source: bind.source, reason: `${bind.source} is not bound: ${reason}.` });
  }
  return { binds: done.map(({ source, target }) => ({ source, target })), refused: left };
}

/** The directories of the state partition that is mounted at `state`, those of its encrypted part included. */
export function readStateDirectories(state: string): StateDirectory[] {
  return [...directoriesIn(state, false), ...directoriesIn(join(state, ENCRYPTED_DIR), true)];
}

/** The directories at the top; those of the encrypted part only where it is mounted, or all is in memory. */
function directoriesIn(folder: string, encrypted: boolean): StateDirectory[] {
  if (encrypted && mountAt(folder) === null && mountAt(dirname(folder))?.fstype !== "tmpfs") return [];
  try {
    const entries = readdirSync(folder, { withFileTypes: true, encoding: "buffer" });
    return entries.flatMap((entry) => (entry.isDirectory() ? [{ name: entry.name, encrypted }] : []));
  } catch {
    // Nothing encrypted there, or a medium that fails: what cannot be listed cannot be bound.
    return [];
  }
}

function placeOf(sysroot: string, target: string): string {
  const found = resolveInside(sysroot, target);
  return found === null ? target : `/${relative(sysroot, found)}`;
}

function depthOf(place: string): number {
  return place.split("/").length;
}

/** Null when it is bound, else why not, as the end of a sentence. */
function tryBind(
  state: string,
  sysroot: string,
  bind: PlacedBind,
  done: readonly PlacedBind[],
): string | null {
  try {
    const own = done.find((parent) => isBelow(bind.place, parent.place));
    if (own !== undefined) makeDirectories(sysroot, bind.place);
    const target = resolveInside(sysroot, bind.place);
    if (target === null) return `there is no ${bind.target} in this system`;
    const place = `/${relative(sysroot, target)}`;
    if (!lstatSync(target).isDirectory()) return `${bind.target} is no directory in this system`;
    const closed = closedTarget(place);
    if (closed !== null) return `${bind.target} is ${place} here, and ${closed}`;
    if (mountAt(target) !== null) return `${bind.target} is ${place} here, which is taken`;
    mount(join(state, bind.source), target, null, MS.bind);
    return null;
  } catch (error) {
    return `it failed with ${codeOf(error)}`;
  }
}

/** Makes what is missing of a place in a directory that was bound before, which is the owner's own. */
function makeDirectories(sysroot: string, place: string): void {
  if (resolveInside(sysroot, place) !== null) return;
  makeDirectories(sysroot, dirname(place));
  const parent = resolveInside(sysroot, dirname(place));
  if (parent !== null) mkdirSync(join(parent, basename(place)), { mode: 0o755 });
}
