import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFile } from "../../src/build/cached.ts";
import { run } from "../../src/build/run.ts";

/** What systemd-boot is copied from: Debian's package systemd-boot-efi. */
const SYSTEMD_BOOT = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";
const ESP_TYPE = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
const LINUX_TYPE = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";
const MIB = 1024 * 1024;
const ESP_MIB = 128;

/** A file of the ESP: a host's file, or a text. */
export type EspFile = { readonly file: string } | { readonly text: string };

/** A partition behind the ESP, with the bytes of a host's file. */
export interface Partition {
  readonly name: string;
  readonly file: string;
}

/**
 * A GPT disk with an ESP as its first partition: systemd-boot where firmware looks for it on every disk, and
 * these files; then the other partitions. Made without root by mtools.
 */
export function efiDisk(
  name: string,
  files: Readonly<Record<string, EspFile>>,
  partitions: readonly Partition[] = [],
): Promise<string> {
  const all = { "EFI/BOOT/BOOTX64.EFI": { file: SYSTEMD_BOOT }, ...files };
  const sources = Object.values(all).flatMap((each) => ("file" in each ? [each.file] : []));
  const others = partitions.map(({ file }) => file);
  const inputs = {
    text: [JSON.stringify(all), JSON.stringify(partitions)],
    files: [import.meta.filename, ...sources, ...others],
  };
  return cachedFile(name, inputs, (image) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-efi-"));
    try {
      const esp = join(work, "esp.img");
      empty(esp, ESP_MIB);
      run("mkfs.vfat", ["--invariant", "-F", "32", "-n", "ESP", esp]);
      for (const folder of foldersOf(Object.keys(all))) run("mmd", ["-i", esp, `::/${folder}`]);
      for (const [path, content] of Object.entries(all)) put(esp, path, content, work);
      assemble(image, [{ name: "esp", file: esp }, ...partitions]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** The ESP first, each at the next whole MiB. */
function assemble(image: string, partitions: readonly Partition[]): void {
  const sizes = partitions.map(({ file }) => Math.ceil(statSync(file).size / MIB));
  const starts = sizes.map((_, index) => 1 + sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  empty(image, 2 + sizes.reduce((sum, size) => sum + size, 0));
  const lines = partitions.map(({ name }, index) => {
    const type = index === 0 ? ESP_TYPE : LINUX_TYPE;
    return `start=${starts[index]}MiB, size=${sizes[index]}MiB, type=${type}, name=${name}\n`;
  });
  run("sfdisk", ["--quiet", "--no-reread", "--no-tell-kernel", image], `label: gpt\n${lines.join("")}`);
  for (const [index, { file }] of partitions.entries()) {
    const place = [`of=${image}`, "bs=1M", `seek=${starts[index]}`, "conv=notrunc,sparse", "status=none"];
    run("dd", [`if=${file}`, ...place]);
  }
}

/** mtools' name for the ESP inside a disk of `efiDisk`. */
const espOf = (disk: string) => `${disk}@@${MIB}`;

/** Names in a folder of the ESP, as mtools reads the image. */
export function espNames(disk: string, folder: string): string[] {
  const list = run("mdir", ["-b", "-i", espOf(disk), `::/${folder}`]);
  return list
    .split("\n")
    .flatMap((line) => line.trim().split("/").at(-1) || [])
    .sort();
}

/** Folders of these paths, parents first: mtools makes them one by one. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, depth) => parts.slice(0, depth + 1).join("/"));
  });
  return [...new Set(folders)].sort();
}

function put(esp: string, path: string, content: EspFile, work: string): void {
  const text = join(work, "text");
  if ("text" in content) writeFileSync(text, content.text);
  run("mcopy", ["-o", "-i", esp, "file" in content ? content.file : text, `::/${path}`]);
}

function empty(path: string, mib: number): void {
  writeFileSync(path, "");
  truncateSync(path, mib * MIB);
}
