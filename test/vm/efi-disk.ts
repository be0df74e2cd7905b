import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedFile } from "../../src/build/cached.ts";
import { run } from "../../src/build/run.ts";

/** What systemd-boot is copied from: Debian's package systemd-boot-efi. */
const SYSTEMD_BOOT = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";
const ESP_TYPE = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
const MIB = 1024 * 1024;
const ESP_MIB = 128;

/** A file of the ESP: a host's file, or a text. */
export type EspFile = { readonly file: string } | { readonly text: string };

/**
 * A GPT disk with one ESP: systemd-boot where firmware looks for it on every disk, and these files. Made
 * without root by mtools.
 */
export function efiDisk(name: string, files: Readonly<Record<string, EspFile>>): Promise<string> {
  const all = { "EFI/BOOT/BOOTX64.EFI": { file: SYSTEMD_BOOT }, ...files };
  const sources = Object.values(all).flatMap((each) => ("file" in each ? [each.file] : []));
  const inputs = { text: [JSON.stringify(all)], files: [import.meta.filename, ...sources] };
  return cachedFile(name, inputs, (image) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-efi-"));
    try {
      const esp = join(work, "esp.img");
      empty(esp, ESP_MIB);
      run("mkfs.vfat", ["--invariant", "-F", "32", "-n", "ESP", esp]);
      for (const [path, content] of Object.entries(all)) put(esp, path, content, work);
      empty(image, ESP_MIB + 2);
      const partition = `start=1MiB, size=${ESP_MIB}MiB, type=${ESP_TYPE}, name=esp`;
      run("sfdisk", ["--quiet", "--no-reread", "--no-tell-kernel", image], `label: gpt\n${partition}\n`);
      run("dd", [`if=${esp}`, `of=${image}`, "bs=1M", "seek=1", "conv=notrunc,sparse", "status=none"]);
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

/** Makes missing folders, which mtools does one by one, and copies one file. */
function put(esp: string, path: string, content: EspFile, work: string): void {
  const folders = path.split("/").slice(0, -1);
  folders.forEach((_, depth) => {
    const folder = folders.slice(0, depth + 1).join("/");
    // -D s: a folder that is there already is left as it is.
    run("mmd", ["-D", "s", "-i", esp, `::/${folder}`]);
  });
  let source = join(work, "files", path);
  if ("file" in content) source = content.file;
  else {
    mkdirSync(dirname(source), { recursive: true });
    writeFileSync(source, content.text);
  }
  run("mcopy", ["-i", esp, source, `::/${path}`]);
}

function empty(path: string, mib: number): void {
  writeFileSync(path, "");
  truncateSync(path, mib * MIB);
}
