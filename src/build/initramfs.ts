import { spawn } from "node:child_process";
import { once } from "node:events";
import { renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { binaryFor, distOf } from "./build-place.ts";
import { cpio, type Entry } from "./cpio.ts";
import { unpackedPackages } from "./debian.ts";
import {
  HOME,
  type InitramfsContents,
  initramfsEntries,
  type Panel,
  type Payload,
} from "./initramfs-tree.ts";
import { withImage, withWorkFolder } from "./payload.ts";
import { statePackages } from "./state-files.ts";
import { ARCHS, type Arch, archOf, HOST } from "./target.ts";

export interface InitramfsOptions extends InitramfsContents {
  /** zstd's level: 19 for what is shipped, a low one for tests. */
  readonly level: number;
  readonly out: string;
}

/** What everything but the configuration and the result is, when it is not said. */
export function initramfsDefaults(arch: Arch = HOST) {
  const programs = arch === HOST ? "/" : foreignPrograms(arch);
  const holdfast = join(distOf(binaryFor(arch)), "lib/holdfast");
  const tools = { busybox: join(programs, "bin/busybox"), evtest: join(programs, "usr/bin/evtest") };
  return {
    arch,
    programs,
    modulesDir: null,
    modules: [],
    panels: [],
    add: null,
    ...tools,
    holdfast,
    payload: "files" as Payload,
    level: 19,
  };
}

/** Debian's programs that run beside Holdfast; a machine of the same architecture has them installed. */
function foreignPrograms(arch: Arch): string {
  const packages = ["busybox-static", "evtest", ...statePackages()];
  return unpackedPackages(`programs-${arch}`, packages, { arch, libraries: true });
}

/**
 * Packs the stand-alone initramfs: the supervisor as /init, Holdfast with its libraries, busybox, kernel
 * modules and the checked configuration. The same input gives the same bytes.
 */
export function buildInitramfs(options: InitramfsOptions): Promise<void> {
  return withWorkFolder((work) => {
    const entries = initramfsEntries(options);
    const image = options.payload === "image" && options.holdfast !== null;
    return pack(options, image ? withImage(entries, HOME, options.level, work) : entries);
  });
}

async function pack(options: InitramfsOptions, entries: readonly Entry[]): Promise<void> {
  const unfinished = `${options.out}.new`;
  const zstd = spawn("zstd", ["-q", "-f", `-${options.level}`, "-T2", "-o", unfinished], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  const ended = once(zstd, "exit");
  try {
    await pipeline(cpio(entries), zstd.stdin);
    const [code] = await ended;
    if (code !== 0) throw new HoldfastError("system", `zstd failed with exit code ${code}`);
    renameSync(unfinished, options.out);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

const USAGE = `usage: npm run initramfs -- --config FILE --out FILE [options]
  --config FILE          the device's config.toml; a bad one stops here, with line and key
  --out FILE             the initramfs, zstd
  --modules-dir DIR      …/lib/modules/<release> of the kernel that will run
  --kernel-release R     its release, checked against the name of that folder
  --modules A,B,C        modules to load, as modprobe names them; what they need is added
  --panel WxH[-STRIDE]   prepare the first frame for a panel of this size; may be repeated
  --add DIR              copy this tree over the archive, such as /etc/holdfast/early.d/*.sh
  --arch A               ${ARCHS.join(" or ")}, when it is not this machine's (${HOST})
  --busybox FILE         a static busybox (/bin/busybox; Debian's of another architecture)
  --evtest FILE          evtest (/usr/bin/evtest; Debian's of another architecture)
  --holdfast DIR         what npm run build made (dist/lib/holdfast; dist/A/lib/holdfast)
  --payload KIND         files, or image: takes less than half of the memory, needs loop and squashfs (files)
  --level N              zstd's level (19)`;

/** The options of the command line; a wrong one is an error that shows all of them. */
export function parseInitramfsOptions(words: readonly string[]): InitramfsOptions {
  const values = parseWords(words);
  const { config, out } = values;
  if (config === undefined || out === undefined) throw usageError("--config and --out are needed");
  const defaults = initramfsDefaults(archOf(values.arch ?? HOST));
  const modulesDir = values["modules-dir"] ?? null;
  const release = values["kernel-release"];
  if (release !== undefined && release !== basename(modulesDir ?? "")) {
    throw usageError(`--kernel-release is ${release}, but --modules-dir is ${modulesDir ?? "missing"}`);
  }
  if (values.modules !== undefined && modulesDir === null)
    throw usageError("--modules needs --modules-dir, which they are taken from");
  mustBeFolder("--out", dirname(out));
  if (isFolder(out)) throw usageError(`--out ${out} is a folder; a file would be right`);
  if (modulesDir !== null) mustBeFolder("--modules-dir", modulesDir);
  if (values.add !== undefined) mustBeFolder("--add", values.add);
  return {
    ...defaults,
    config,
    out,
    modulesDir,
    modules: (values.modules ?? "").split(",").filter((name) => name !== ""),
    panels: (values.panel ?? []).map(parsePanel),
    add: values.add ?? null,
    busybox: values.busybox ?? defaults.busybox,
    evtest: values.evtest ?? defaults.evtest,
    holdfast: values.holdfast ?? defaults.holdfast,
    payload: parsePayload(values.payload ?? defaults.payload),
    level: values.level === undefined ? defaults.level : parseLevel(values.level),
  };
}

function parseWords(words: readonly string[]) {
  const one = { type: "string" } as const;
  const names = ["config", "out", "modules-dir", "kernel-release", "modules", "add"] as const;
  const more = ["arch", "payload", "busybox", "evtest", "holdfast", "level"] as const;
  type Name = (typeof names)[number] | (typeof more)[number];
  const single = Object.fromEntries([...names, ...more].map((name) => [name, one])) as Record<
    Name,
    typeof one
  >;
  try {
    return parseArgs({ args: [...words], options: { ...single, panel: { ...one, multiple: true } } }).values;
  } catch (error) {
    throw usageError(messageOf(error));
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function mustBeFolder(option: string, path: string): void {
  if (!isFolder(path)) throw usageError(`${option}: there is no folder ${path}`);
}

/** "1080x2340", or "1080x2340-4352" where rows are longer than their pixels. */
function parsePanel(word: string): Panel {
  const match = /^(\d+)x(\d+)(?:-(\d+))?$/.exec(word);
  if (match === null) throw usageError(`--panel ${word} is no size such as 1080x2340`);
  const [width, height] = [Number(match[1]), Number(match[2])];
  if (width < 1 || height < 1) throw usageError(`--panel ${word} has no pixels`);
  return { width, height, stride: match[3] === undefined ? width * 4 : Number(match[3]) };
}

function parsePayload(word: string): Payload {
  if (word === "files" || word === "image") return word;
  throw usageError(`--payload ${word} is neither files nor image`);
}

function parseLevel(word: string): number {
  const level = Number(word);
  if (Number.isInteger(level) && level >= 1 && level <= 19) return level;
  throw usageError(`--level ${word} is no whole number from 1 to 19`);
}

function usageError(what: string): HoldfastError {
  return new HoldfastError("usage", what, { next: USAGE });
}

if (import.meta.main) {
  const words = process.argv.slice(2);
  try {
    if (words.includes("--help")) console.log(USAGE);
    else {
      const options = parseInitramfsOptions(words);
      await buildInitramfs(options);
      console.log(`${options.out}: ${(statSync(options.out).size / 1e6).toFixed(1)} MB`);
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    console.error(`initramfs: ${error.message}${error.next === null ? "" : `\n${error.next}`}`);
    process.exitCode = error.exitCode;
  }
}
