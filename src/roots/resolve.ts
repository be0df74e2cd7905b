import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** As many links as Linux follows in one path (path_resolution(7)). */
const MAX_LINKS = 40;
/** Longest name in a directory, in bytes (limits.h); a longer one is nowhere. */
const NAME_MAX = 255;

/**
 * The path below `tree` that `path` names when `tree` is taken as the root directory: links, absolute ones
 * too, stay inside, as they will once the tree is the running root. Null when there is nothing.
 */
export function resolveInside(tree: string, path: string): string | null {
  const rest = path.split("/");
  const done: string[] = [];
  let links = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    if (part.includes("\0") || Buffer.byteLength(part) > NAME_MAX) return null;
    const here = join(tree, ...done, part);
    const found = lstatSync(here, { throwIfNoEntry: false });
    if (found === undefined) return null;
    if (!found.isSymbolicLink()) {
      if (!found.isDirectory() && rest.some((each) => each !== "" && each !== ".")) return null;
      done.push(part);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return null;
    const target = readlinkSync(here);
    if (target.startsWith("/")) done.length = 0;
    rest.unshift(...target.split("/"));
  }
  return join(tree, ...done);
}
