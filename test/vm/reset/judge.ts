import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RESET_RESERVED_BYTES } from "../../../src/domain/reset.ts";
import { mount, unmount } from "../../../src/linux/syscalls.ts";
import { openedFor } from "./disks.ts";
import { isMounted, must, partition, STATE, scenario } from "./machine.ts";
import { read } from "./write-log.ts";

/** Every file below a folder with its content's hash, but for what a boot of the system may write itself. */
export function contentOf(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  return names.flatMap((name) => {
    const path = join(root, name);
    if (/^lost\+found|^\.holdfast\/reset\.json(\.new)?$/.test(name)) return [];
    if (!lstatSync(path).isFile()) return [`${name}/`];
    return [`${name} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`];
  });
}

/** "untouched", "finished", or a sentence about what is wrong. */
export async function judge(disk: string, before: readonly string[]): Promise<string> {
  const device = `${disk}2`;
  const inner = scenario.role === "root" ? openRoot(device) : null;
  if (scenario.role === "root" && inner === null)
    return "the root opens neither with the old nor with an empty passphrase";
  const root = inner === null ? STATE : "/run/inner";
  if (inner !== null) mount(inner, root, scenario.fstype, 0);
  if (!isMounted(root)) return "nothing is mounted";
  const now = contentOf(root);
  const armed = existsSync(join(root, ".holdfast/reset.json"));
  unmount(root);
  const damage = fsck(inner ?? device);
  if (inner !== null) must("cryptsetup", ["close", "judged"]);
  if (damage !== null) return damage;
  if (armed) return "the request is still there";
  if (JSON.stringify(now) === JSON.stringify(before)) return "untouched";
  const wrong = isFresh(now, before);
  if (wrong !== null) return wrong;
  const tail = read(openedFor(device), partition.size - RESET_RESERVED_BYTES, RESET_RESERVED_BYTES);
  if (scenario.role === "state" && !scenario.fills && tail.some((byte) => byte !== 0))
    return "the record is still there";
  return "finished";
}

/** Null when a reset did all that it should; else what is wrong. */
function isFresh(now: readonly string[], before: readonly string[]): string | null {
  const removed =
    scenario.scope === "settings"
      ? /^(var|etc)\/.|^\.holdfast\/layers/
      : /^(home\/me|var\/lib|etc)\/|^encrypted\.img|^\.holdfast\/layers/;
  const left = now.filter((line) => removed.test(line));
  if (left.length > 0) return `left of the old: ${left.slice(0, 3).join(", ")}`;
  if (scenario.role === "state" && !["home/", "var/"].every((name) => now.includes(name)))
    return "the directories of the system are not there";
  const kept =
    scenario.scope === "settings"
      ? before.filter((line) => !removed.test(line))
      : before.filter((line) => line.startsWith(".holdfast/slots.json"));
  const missing = scenario.role === "root" ? [] : kept.filter((line) => !now.includes(line));
  if (missing.length > 0) return `lost: ${missing.slice(0, 3).join(", ")}`;
  return now.some((line) => line.startsWith(".holdfast/receipt.json ")) ? null : "no receipt was left";
}

export function openRoot(device: string): string | null {
  const old = spawnSync("cryptsetup", ["open", "--key-file", "-", device, "judged"], { input: "secret" });
  if (old.status === 0) return "/dev/mapper/judged";
  return spawnSync("cryptsetup", ["open", device, "judged"], { input: "\n" }).status === 0
    ? "/dev/mapper/judged"
    : null;
}

function fsck(device: string): string | null {
  const words = { ext4: ["e2fsck", "-fn"], btrfs: ["btrfs", "check"], f2fs: ["fsck.f2fs", "--dry-run"] }[
    scenario.fstype
  ];
  const [program = "", ...rest] = words;
  const { status, stdout, stderr } = spawnSync(program, [...rest, device], { encoding: "utf8" });
  return status === 0 ? null : `${program} ended with ${status}: ${`${stdout}${stderr}`.trim().slice(-300)}`;
}
