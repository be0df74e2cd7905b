import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The loop device over the whole of `device`, such as "/dev/loop0"; null when there is none. */
export function loopOver(device: string, sysfs = "/sys"): string | null {
  const folder = join(sysfs, "class/block");
  for (const name of readdirSync(folder).filter((each) => /^loop\d+$/.test(each))) {
    const fact = (file: string) => textOf(join(folder, name, "loop", file));
    if (fact("backing_file") === device && fact("offset") === "0") return `/dev/${name}`;
  }
  return null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}
