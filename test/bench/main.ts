import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "./figure.ts";
import { benchFrames } from "./frames.ts";
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
  const asRoot = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const again = [process.execPath, ...process.execArgv, import.meta.filename, "bare"];
  const words = ["--mount", ...asRoot, "sh", "-c", script, "sh", ...again];
  return spawnSync("unshare", words, { stdio: "inherit" }).status ?? 1;
}

if (process.argv[2] !== "bare" && existsSync(FONTS)) process.exit(runBare());

// Figures of one run on one machine: compare the ratios, not the milliseconds.
const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
try {
  const figures = [
    ...(await benchStart(folder, 15)),
    ...(await benchFrames()),
    ...(await benchSize(folder)),
    ...(await benchProbe()),
  ];
  process.stdout.write(`${table(figures)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
