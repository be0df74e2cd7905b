import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "./figure.ts";
import { benchFrames } from "./frames.ts";
import { benchProbe } from "./probe.ts";
import { benchSize } from "./size.ts";
import { benchStart } from "./start.ts";

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
