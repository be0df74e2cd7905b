import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchDebian } from "./debian.ts";
import { table } from "./figure.ts";
import { benchFrames } from "./frames.ts";
import { benchMemory } from "./memory.ts";
import { benchProbe } from "./probe.ts";
import { benchSize } from "./size.ts";
import { benchStart } from "./start.ts";

const FONTS = "/usr/share/fonts";

/**
 * Runs all of this again without the system's fonts, as in an initramfs: Skia reads every one of them before
 * the first text, 19 ms on a machine with a few hundred.
 */
function runBare(): number {
  const script = `mount -t tmpfs none ${FONTS} && exec "$@"`;
  const isRoot = process.getuid?.() === 0;
  const again = [process.execPath, ...process.execArgv, import.meta.filename, isRoot ? "bare" : "bare-user"];
  const words = ["--mount", ...(isRoot ? [] : ["--map-root-user"]), "sh", "-c", script, "sh", ...again];
  return spawnSync("unshare", words, { stdio: "inherit" }).status ?? 1;
}

if (process.argv[2] === undefined && existsSync(FONTS)) process.exit(runBare());
/** A Debian is installed with chroot, mounts and device nodes. */
const canInstall = process.argv[2] !== "bare-user" && process.getuid?.() === 0;

// Figures of one run on one machine: compare the ratios, not the milliseconds.
const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
try {
  const figures = [
    ...(await benchStart(folder, 15)),
    ...(await benchFrames()),
    ...(await benchSize(folder)),
    ...(await benchProbe()),
    ...(canInstall ? await benchDebian() : []),
  ];
  process.stdout.write(`${table(figures)}\n\n${await benchMemory()}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
