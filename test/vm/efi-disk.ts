import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFile } from "../../src/build/cached.ts";
import { run } from "../../src/build/run.ts";
import { ESP_TYPE, type FatFile, fatImage, gptDisk, MIB, type Partition } from "./gpt-disk.ts";

/** What systemd-boot is copied from: Debian's package systemd-boot-efi. */
const SYSTEMD_BOOT = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";

/**
 * A GPT disk with an ESP as its first partition: systemd-boot where firmware looks for it on every disk, and
 * these files; then the other partitions. Made without root by mtools.
 */
export function efiDisk(
  name: string,
  files: Readonly<Record<string, FatFile>>,
  partitions: readonly Partition[] = [],
  espMib = 128,
): Promise<string> {
  const all = { "EFI/BOOT/BOOTX64.EFI": { file: SYSTEMD_BOOT }, ...files };
  const sources = Object.values(all).flatMap((each) => ("file" in each ? [each.file] : []));
  const others = partitions.map(({ file }) => file);
  const inputs = {
    text: [JSON.stringify(all), JSON.stringify(partitions), `${espMib}`],
    files: [import.meta.filename, join(import.meta.dirname, "gpt-disk.ts"), ...sources, ...others],
  };
  return cachedFile(name, inputs, (image) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-efi-"));
    try {
      const esp = join(work, "esp.img");
      fatImage(esp, espMib, all);
      gptDisk(image, [{ name: "esp", file: esp, type: ESP_TYPE }, ...partitions]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
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
