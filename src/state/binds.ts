import { lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { codeOf } from "../domain/errors.ts";
import {
  type Bind,
  type BindPlan,
  closedTarget,
  isBelow,
  planBinds,
  type RefusedBind,
  type StateDirectory,
} from "../domain/state-binds.ts";
import { ENCRYPTED_DIR } from "../domain/state-layout.ts";
import { mountAt } from "../linux/mount-table.ts";
import { MS, mount } from "../linux/syscalls.ts";
import { resolveInside } from "../roots/resolve.ts";

/**
 * Binds every directory of the state partition that is mounted at `state` into the root at `sysroot`, where its
 * name says. Links inside the root are followed as they will be once it runs, and never out of it. One that
 * cannot be bound is left out with its reason; this never throws.
 */
export function bindState(state: string, sysroot: string): BindPlan {
  const found = [...directoriesIn(state, false), ...directoriesIn(join(state, ENCRYPTED_DIR), true)];
  const { binds, refused } = planBinds(found);
  const done: Bind[] = [];
  const left: RefusedBind[] = [...refused];
  for (const bind of binds) {
    const reason = tryBind(state, sysroot, bind, done);
    if (reason === null) done.push(bind);
    else left.push({ source: bind.source, reason: `${bind.source} is not bound: ${reason}.` });
  }
  return { binds: done, refused: left };
}

/** The directories at the top; those of the encrypted part only where it is mounted. */
function directoriesIn(folder: string, encrypted: boolean): StateDirectory[] {
  if (encrypted && mountAt(folder) === null && mountAt(join(folder, ".."))?.fstype !== "tmpfs") return [];
  try {
    const entries = readdirSync(folder, { withFileTypes: true, encoding: "buffer" });
    return entries.flatMap((entry) => (entry.isDirectory() ? [{ name: entry.name, encrypted }] : []));
  } catch {
    // Nothing encrypted there, or a medium that fails: what cannot be listed cannot be bound.
    return [];
  }
}

/** Null when it is bound, else why not, as the end of a sentence. */
function tryBind(state: string, sysroot: string, bind: Bind, done: readonly Bind[]): string | null {
  try {
    const target = targetOf(sysroot, bind, done);
    if (target === null) return `there is no ${bind.target} in this system`;
    const place = `/${relative(sysroot, target)}`;
    if (!lstatSync(target).isDirectory()) return `${bind.target} is no directory in this system`;
    const closed = closedTarget(place);
    if (closed !== null) return `${bind.target} is ${place} here, and ${closed}`;
    // Another name of the same place would hide what was bound there.
    if (place !== bind.target && mountAt(target) !== null)
      return `${bind.target} is ${place} here, which is taken`;
    mount(join(state, bind.source), target, null, MS.bind);
    return null;
  } catch (error) {
    return `it failed with ${codeOf(error)}`;
  }
}

/** Where in the root a bind goes; made where it lies in what was bound before, which is the owner's own. */
function targetOf(sysroot: string, { target }: Bind, done: readonly Bind[]): string | null {
  const found = resolveInside(sysroot, target);
  const isOwn = done.some((parent) => isBelow(target, parent.target));
  const parent = found === null && isOwn ? resolveInside(sysroot, join(target, "..")) : null;
  if (parent === null) return found;
  const made = join(parent, target.slice(target.lastIndexOf("/") + 1));
  mkdirSync(made, { mode: 0o755 });
  return made;
}
