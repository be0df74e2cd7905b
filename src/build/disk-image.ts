import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSystemBytes } from "../domain/state-layout.ts";
import { cachedFile } from "./cached.ts";
import type { DemoSlot, DemoState } from "./demo-slots.ts";
import { run } from "./run.ts";

const MIB = 1024 * 1024;

/** ChromeOS kernel partition: the type whose entries carry priority, tries and successful. */
const KERNEL_TYPE = "FE3A2A5D-4F32-41A7-B725-ACCC3285A309";
const ESP_TYPE = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
const LINUX_TYPE = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";

export interface DiskParts {
  /** What its file in the cache is called. */
  readonly name: string;
  readonly slots: readonly DemoSlot[];
  /** Root file system of each slot, by id. */
  readonly roots: ReadonlyMap<string, string>;
  readonly state: DemoState;
  readonly vmlinuz: string;
}

interface Partition {
  readonly name: string;
  readonly type: string;
  readonly mib: number;
  /** Image whose bytes go into the partition; null leaves it empty. */
  readonly content: string | null;
  /** Counters of a kernel partition. */
  readonly counters: DemoSlot["counters"] | null;
}

/**
 * A GPT disk with ESP, a kernel and a root partition per slot, and /state, made by an ordinary user: no loop
 * devices, no mounts. The counters are set by `cgpt`, so that Holdfast is judged by the real tool.
 */
export function diskImage(parts: DiskParts): Promise<string> {
  const inputs = {
    text: [JSON.stringify(parts.slots), JSON.stringify(parts.state)],
    files: [import.meta.filename, parts.vmlinuz, ...parts.roots.values()],
  };
  return cachedFile(parts.name, inputs, (image) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-disk-"));
    try {
      build(image, partitionsOf(parts, work));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

function partitionsOf(parts: DiskParts, work: string): Partition[] {
  const esp = makeEsp(join(work, "esp.img"), parts.vmlinuz, work);
  const { mib, blank } = parts.state;
  const state = blank ? null : makeState(join(work, "state.img"), work, mib);
  const plain = { counters: null };
  return [
    { name: "esp", type: ESP_TYPE, mib: ESP_MIB, content: esp, ...plain },
    ...parts.slots.map(({ id, counters }) => kernelPartition(id, counters)),
    ...parts.slots.map(({ id }) => rootPartition(id, parts.roots.get(id) ?? null)),
    { name: "state", type: LINUX_TYPE, mib, content: state, ...plain },
  ];
}

function kernelPartition(id: string, counters: DemoSlot["counters"]): Partition {
  return { name: `kernel_${id}`, type: KERNEL_TYPE, mib: 1, content: null, counters };
}

/** A root with room for a larger next version; one without content is a slot that was never written. */
function rootPartition(id: string, content: string | null): Partition {
  const used = content === null ? 0 : Math.ceil(statSync(content).size / MIB);
  const mib = Math.max(64, Math.ceil((used + 8) / 16) * 16);
  return { name: `root_${id}`, type: LINUX_TYPE, mib, content, counters: null };
}

const ESP_MIB = 64;

const ESP_README = `This is the boot partition of a Holdfast demo disk.
vmlinuz is Debian's kernel; the demo hands it to QEMU directly, a device's bootloader would load it from here.
`;

function makeEsp(image: string, vmlinuz: string, work: string): string {
  writeFileSync(join(work, "README.TXT"), ESP_README.replaceAll("\n", "\r\n"));
  writeFileSync(image, "");
  truncateSync(image, ESP_MIB * MIB);
  run("mkfs.vfat", ["--invariant", "-F", "32", "-n", "ESP", image]);
  run("mcopy", ["-i", image, vmlinuz, "::/vmlinuz"]);
  run("mcopy", ["-i", image, join(work, "README.TXT"), "::/README.TXT"]);
  return image;
}

function makeState(image: string, work: string, mib: number): string {
  const skeleton = join(work, "state");
  mkdirSync(join(skeleton, ".holdfast"), { recursive: true });
  writeFileSync(image, "");
  truncateSync(image, mib * MIB);
  fillStateImage(image, skeleton, mib * MIB);
  return image;
}

/** The ext4 of a state partition of so many bytes with the files of `skeleton`; room for the record of a reset is behind it. */
export function fillStateImage(image: string, skeleton: string, bytes: number): void {
  const words = ["-q", "-t", "ext4", "-b", "4096", "-L", "state"];
  // The same input makes the same bytes.
  const same = ["-E", "root_owner=0:0,hash_seed=73746174-6500-4000-8000-000000000001"];
  run("mke2fs", [...words, ...same, "-d", skeleton, image, `${fileSystemBytes(bytes) / 4096}`]);
}

/** Partitions start at whole MiB, one after the other, behind the first. */
function build(image: string, partitions: readonly Partition[]): void {
  const total = partitions.reduce((sum, { mib }) => sum + mib, 2);
  writeFileSync(image, "");
  truncateSync(image, total * MIB);
  run("sfdisk", ["--quiet", "--no-reread", "--no-tell-kernel", image], sfdiskScript(partitions));
  let at = 1;
  for (const [index, partition] of partitions.entries()) {
    if (partition.content !== null) place(partition.content, image, at);
    if (partition.counters !== null) setCounters(image, index + 1, partition.counters);
    at += partition.mib;
  }
}

function sfdiskScript(partitions: readonly Partition[]): string {
  let at = 1;
  const lines = partitions.map(({ name, type, mib }, index) => {
    const uuid = `686f6c64-6661-4374-8000-${String(index + 1).padStart(12, "0")}`;
    const line = `start=${at}MiB, size=${mib}MiB, type=${type}, uuid=${uuid}, name="${name}"`;
    at += mib;
    return line;
  });
  return ["label: gpt", "label-id: 686f6c64-6661-4374-8000-000000000000", ...lines, ""].join("\n");
}

function place(content: string, image: string, mib: number): void {
  run("dd", [`if=${content}`, `of=${image}`, "bs=1M", `seek=${mib}`, "conv=notrunc,sparse", "status=none"]);
}

function setCounters(
  image: string,
  number: number,
  { priority, tries, successful }: DemoSlot["counters"],
): void {
  const values = ["-P", `${priority}`, "-T", `${tries}`, "-S", successful ? "1" : "0"];
  run("cgpt", ["add", "-i", `${number}`, ...values, image]);
}
