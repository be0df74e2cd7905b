import { execFileSync, spawnSync } from "node:child_process";
import { ChromeosGpt } from "../../src/boot-control/chromeos-gpt.ts";
import type { Change } from "../../src/domain/slot.ts";
import { diskAt, withDisk } from "../../src/linux/disk.ts";
import { readGptTable } from "../../src/linux/gpt-table.ts";

/** Partitioning tools lie in sbin, which an ordinary user's path may lack. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: "C" };

/** Runs a tool and answers what it printed; throws when it fails. */
export function run(tool: string, args: readonly string[], input?: string): string {
  return execFileSync(tool, args, { encoding: "utf8", env, input: input ?? "", stdio: "pipe" });
}

/** Everything that sgdisk has to say about a disk, also when it is not content. */
function sgdiskVerify(path: string): string {
  const { stdout, stderr } = spawnSync("sgdisk", ["-v", path], { encoding: "utf8", env });
  return `${stdout}${stderr}`;
}

/** sfdisk leaves room there on purpose, up to the first MiB. */
const GAP = "There is a gap between the main partition table";

/**
 * What sgdisk finds wrong with a disk, line by line. "No problems found" alone says little: with one copy
 * damaged sgdisk says it of the table that it made in memory from the other.
 */
export function sgdiskFaults(path: string): string[] {
  const said = sgdiskVerify(path);
  const faults = said.split("\n").filter((line) => /ERROR|Warning/i.test(line) && !line.includes(GAP));
  return /^No problems found/m.test(said) ? faults : [...faults, said];
}

/** Priority, tries and successful of one partition, as cgpt reads them. */
export function cgptCounters(path: string, number: number): [number, number, number] {
  const value = (flag: string) => Number(run("cgpt", ["show", "-i", `${number}`, flag, path]));
  return [value("-P"), value("-T"), value("-S")];
}

/** Our store over all ChromeOS kernels of the disk, each slot called by its partition number. */
export async function storeOf(path: string, booted: string | null = null): Promise<ChromeosGpt> {
  const table = await withDisk(diskAt(path), "read", readGptTable);
  const kernels = table.truth.entries.filter((entry) => entry.type.startsWith("fe3a2a5d"));
  const slots = kernels.map(({ number, guid }) => ({ id: `${number}`, guid, problem: null }));
  return new ChromeosGpt(diskAt(path), { slots, counting: "holdfast", freshTries: 3, booted });
}

/** Applies one change to the disk and answers what our store then reads. */
export async function change(path: string, what: Change, booted: string | null = null) {
  return (await storeOf(path, booted)).apply(what);
}

/** Runs `use` with a loop device over the image; null when this machine lets us have none. */
export async function withLoop<T>(
  image: string,
  sectorSize: number,
  use: (device: string) => Promise<T>,
): Promise<T | null> {
  let device = "";
  try {
    device = run("losetup", ["-f", "--show", "-b", `${sectorSize}`, image]).trim();
  } catch {
    return null;
  }
  try {
    return await use(device);
  } finally {
    run("losetup", ["-d", device]);
  }
}
