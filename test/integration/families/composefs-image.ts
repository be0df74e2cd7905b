import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { run } from "../tools.ts";

/**
 * Makes the composefs image of a deployment as mkcomposefs lays it out, by mkfs.erofs: every file is as large as its
 * content and empty, and names the object of OSTree's repository that is its content. Debian 12 has no mkcomposefs.
 */
export function makeComposefs(image: string, deployment: string, objects: string, work: string): void {
  const names = readdirSync(objects, { recursive: true, encoding: "utf8" });
  const byInode = new Map(names.map((name) => [lstatSync(join(objects, name)).ino, name]));
  mkdirSync(work);
  for (const path of run("find", [deployment, "-mindepth", "1", "-printf", "%P\\n"]).trim().split("\n")) {
    const [from, to] = [join(deployment, path), join(work, path)];
    const found = lstatSync(from);
    if (found.isDirectory()) mkdirSync(to);
    else if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else {
      writeFileSync(to, "");
      truncateSync(to, found.size);
      chmodSync(to, found.mode & 0o7777);
      const object = byInode.get(found.ino);
      if (object === undefined) continue;
      run("setfattr", ["-n", "trusted.overlay.metacopy", to]);
      run("setfattr", ["-n", "trusted.overlay.redirect", "-v", `/${object}`, to]);
    }
  }
  // They hide the names of the objects' folders where a kernel before 6.5 would show them in the root.
  const hide = 'for each in $(seq 0 255); do mknod "$1/$(printf %02x "$each")" c 0 0; done';
  run("sh", ["-ec", hide, "sh", work]);
  run("mkfs.erofs", ["--quiet", image, work]);
}
