import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import { CACHE, PROJECT } from "./paths.ts";
import { run } from "./run.ts";
import type { CachedScript } from "./sea.ts";

/**
 * Two ChromeOS kernels with their roots; priority 2 and 1, both successful (attribute bits 48 to 56). Every
 * identity is fixed: V8 keeps with the code whether a number that it saw, such as a CRC, was a small one.
 */
const TABLE = `label: gpt
label-id: 00000000-0000-4000-8000-000000000000
size=1M, type=FE3A2A5D-4F32-41A7-B725-ACCC3285A309, name=kernel_a, attrs="GUID:49,56", uuid=00000000-0000-4000-8000-000000000001
size=1M, name=root_a, uuid=00000000-0000-4000-8000-000000000002
size=1M, type=FE3A2A5D-4F32-41A7-B725-ACCC3285A309, name=kernel_b, attrs="GUID:48,56", uuid=00000000-0000-4000-8000-000000000003
size=1M, name=root_b, uuid=00000000-0000-4000-8000-000000000004
`;
const CONFIG = `[console]
framebuffer = "memory:720x1440"
serial = []
[[slot]]
id = "a"
store = "PARTLABEL=kernel_a"
root = "PARTLABEL=root_a"
[[slot]]
id = "b"
store = "PARTLABEL=kernel_b"
root = "PARTLABEL=root_b"
`;

const COMMANDS = [
  ["gate", "--menu-reason", "key-held"],
  ["gate"],
  ["status", "--json"],
  ["status"],
  ["menu", "--reason", "command-line"],
];

/** What the program needs beside its executable. */
export interface Beside {
  readonly canvas: string;
  readonly fonts: string;
}

/**
 * The packs of the bundle with V8's code cache of each after gate, status, enter and the menu's first frame
 * have run: it holds every function that they compile, where a cache made before the first run holds next to
 * none. The same bundle gives the same bytes. `runner`: see `Target`.
 */
export function warmed(
  { code, packs }: Bundle,
  base: string,
  beside: Beside,
  runner: readonly string[],
): Record<string, CachedScript> {
  const work = mkdtempSync(join(CACHE, "warm."));
  try {
    const node = machine(work, base, beside);
    makeDevice(work);
    const commands = COMMANDS.map((words) => [...OPTIONS, ...words]);
    const scripts = { holdfast: code, ...packs };
    for (const [name, text] of Object.entries(scripts))
      writeFileSync(join(work, `${name}.cjs`), text, "latin1");
    const words = [join(PROJECT, "src/build/warm-run.ts"), JSON.stringify(commands)];
    // No threads of V8: what they compile meanwhile would be in the cache one time, and not the next.
    const flags = ["--random-seed=1", "--v8-pool-size=0", "--disable-warning=ExperimentalWarning"];
    const [program = node, ...rest] = [...runner, node, ...flags, ...words];
    execFileSync(program, rest, { cwd: work, env: {}, stdio: ["ignore", "ignore", "pipe"] });
    const cacheOf = (name: string) => readFileSync(join(work, `${name}.cache`));
    return Object.fromEntries(
      Object.entries(scripts).map(([name, text]) => [name, { code: text, cache: cacheOf(name) }]),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The Node of the binary with the files beside it, as in an initramfs. */
function machine(work: string, base: string, { canvas, fonts }: Beside): string {
  linkSync(base, join(work, "node"));
  symlinkSync(canvas, join(work, "skia.node"));
  symlinkSync(fonts, join(work, "fonts"));
  return join(work, "node");
}

/**
 * Names relative to the folder, whose own is another one every time: the menu shows them, and with the code V8
 * keeps whether half of the letters that fit into a line was a whole number.
 */
const OPTIONS = ["--root", "root", "--config", "config.toml", "--disk", "disk.img"];

function makeDevice(work: string): void {
  const image = join(work, "disk.img");
  mkdirSync(join(work, "root"));
  writeFileSync(image, "");
  truncateSync(image, 16 * 1024 * 1024);
  run("sfdisk", ["-q", image], TABLE);
  writeFileSync(join(work, "config.toml"), CONFIG);
}
