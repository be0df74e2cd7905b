import { basename, join } from "node:path";
import { namesIn } from "./names.ts";

/** The open mappings over a block device, such as "/dev/dm-0"; none while nothing has opened it. */
export function mappingsOver(device: string, sysfs = "/sys"): string[] {
  const holders = namesIn(join(sysfs, "class/block", basename(device), "holders"));
  return holders.filter((name) => /^dm-\d+$/.test(name)).map((name) => `/dev/${name}`);
}

/** The partitions that the kernel shows of a loop device, such as "/dev/loop0p1". */
export function partitionsOfLoop(loop: string, sysfs = "/sys"): string[] {
  const name = basename(loop);
  const own = namesIn(join(sysfs, "class/block", name)).filter((each) => each.startsWith(`${name}p`));
  return own.map((each) => `/dev/${each}`);
}
