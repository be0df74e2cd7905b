import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import type { Entry } from "./cpio.ts";
import { SUPERVISOR } from "./supervisor.ts";

/** What the supervisor reads before it can mount the image; all of it is in the image, too. */
const OUTSIDE = [...SUPERVISOR, "config.env", "config.toml", "modules"];

/** What the kernel needs to mount the image, as modprobe names it. */
export const IMAGE_MODULES = ["loop", "squashfs"] as const;

/**
 * Larger blocks compress better, and each fault then unpacks more: from 128 KiB to 1 MiB the image shrinks by
 * 8 per cent.
 */
const BLOCK = 262_144;

/** Entries of an archive in which the folder `home` is one squashfs image beside it, made in `work`. */
export function withImage(entries: readonly Entry[], home: string, level: number, work: string): Entry[] {
  const inside = entries.filter((entry) => entry.path.startsWith(`${home}/`));
  const tree = mkdtempSync(join(work, "tree."));
  for (const entry of inside) place(entry, join(tree, entry.path.slice(home.length + 1)));
  const image = join(work, "image");
  makeSquashfs(tree, image, level);
  rmSync(tree, { recursive: true });
  const kept = OUTSIDE.map((name) => `${home}/${name}`);
  return [
    ...entries.filter((entry) => !inside.includes(entry) || kept.includes(entry.path)),
    { kind: "directory", path: home },
    { kind: "file", path: `${home}.squashfs`, executable: false, contents: { file: image } },
  ];
}

/** Runs `use` with an empty folder that is gone afterwards. */
export async function withWorkFolder<T>(use: (work: string) => Promise<T>): Promise<T> {
  const work = mkdtempSync(join(tmpdir(), "holdfast-initramfs-"));
  try {
    return await use(work);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function place(entry: Entry, path: string): void {
  mkdirSync(entry.kind === "directory" ? path : dirname(path), { recursive: true });
  if (entry.kind === "link") {
    rmSync(path, { force: true });
    symlinkSync(entry.target, path);
  }
  if (entry.kind !== "file") return;
  // A later entry of the same path wins, as in the archive.
  rmSync(path, { force: true });
  const mode = entry.executable ? 0o755 : 0o644;
  if (Buffer.isBuffer(entry.contents)) writeFileSync(path, entry.contents);
  else copyFileSync(entry.contents.file, path);
  chmodSync(path, mode);
}

/** Reproducible: all of root's, no times. */
function makeSquashfs(tree: string, image: string, level: number): void {
  const words = ["-comp", "zstd", "-Xcompression-level", `${level}`, "-b", `${BLOCK}`];
  const same = ["-all-root", "-mkfs-time", "0", "-all-time", "0", "-no-xattrs", "-noappend"];
  try {
    execFileSync("mksquashfs", [tree, image, ...words, ...same, "-quiet", "-no-progress"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    throw new HoldfastError("system", "mksquashfs could not make Holdfast's image", {
      next: "Install squashfs-tools.",
      cause: error,
    });
  }
}
