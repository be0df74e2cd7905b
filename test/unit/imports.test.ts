import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../../src");

/** Which rooms a room may import from; its own files always. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  session: ["menu", "domain"],
  panel: ["menu", "domain", "bytes", "linux", "input", "session/console.ts"],
  terminal: ["menu", "domain", "bytes", "linux", "session/console.ts"],
  input: ["bytes", "linux", "menu/view.ts"],
  "boot-control": ["domain", "bytes", "linux", "config"],
  roots: ["domain", "bytes", "linux", "config"],
  state: ["domain", "bytes", "linux", "config", "roots/resolve.ts"],
  menu: ["domain"],
  config: ["domain"],
  linux: ["bytes"],
  bytes: [],
  domain: [],
};
/** What goes wrong is the same class of error in every room. */
const EVERYWHERE = "domain/errors.ts";
/** Rooms that may import everything. */
const FREE = new Set(["commands", "build", "main.ts"]);

interface Import {
  readonly target: string;
  /** Loaded at run time and at once: neither `import type` nor `import()`. */
  readonly eager: boolean;
}

const SOURCES = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /(?<!\.d)\.tsx?$/.test(file))
  .sort();

/** The words after `import` or `export … from`, over several lines too, and those of `import()`. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), "utf8");
  const named = [...text.matchAll(/^(?:import|export)\s+([^"';]*?)\s*from\s+"([^"]+)"/gm)];
  const bare = [...text.matchAll(/^import\s+"([^"]+)"/gm)];
  const lazy = [...text.matchAll(/\bimport\(\s*"([^"]+)"/g)];
  const resolve = (name = "") =>
    name.startsWith(".") ? relative(SRC, join(SRC, dirname(file), name)) : name;
  return [
    ...named.map(([, what = "", name]) => ({ target: resolve(name), eager: !what.startsWith("type ") })),
    ...bare.map(([, name]) => ({ target: resolve(name), eager: true })),
    ...lazy.map(([, name]) => ({ target: resolve(name), eager: false })),
  ];
}

function roomOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function isAllowed(file: string, target: string): boolean {
  const room = roomOf(file);
  if (FREE.has(room) || roomOf(target) === room || target === EVERYWHERE) return true;
  return (ALLOWED[room] ?? []).some((allowed) => allowed === target || allowed === roomOf(target));
}

/** Everything that is loaded as soon as `start` is: its own files and packages. */
function loadedWith(start: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!SOURCES.includes(file)) continue;
    waiting.push(...importsOf(file).flatMap(({ target, eager }) => (eager ? [target] : [])));
  }
  return seen;
}

const files = SOURCES.map((file) => [file] as const);

it.each(files)("%s lies in a room that the rule knows", (file) => {
  expect(FREE.has(roomOf(file)) || roomOf(file) in ALLOWED).toBe(true);
});

it.each(files)("%s imports only in the allowed direction", (file) => {
  const own = importsOf(file).filter(({ target }) => !target.startsWith("node:") && /\.tsx?$/.test(target));
  expect(own.filter(({ target }) => !isAllowed(file, target)).map(({ target }) => target)).toEqual([]);
});

it.each(files.filter(([file]) => ["domain", "bytes", "menu"].includes(roomOf(file))))(
  "%s does no I/O and asks neither clock nor chance",
  (file) => {
    const io = importsOf(file).filter(({ target, eager }) => eager && /^node:(?!buffer|zlib)/.test(target));
    expect(io).toEqual([]);
    const text = readFileSync(join(SRC, file), "utf8");
    expect(text).not.toMatch(/Date\.now|new Date\(\)|Math\.random|performance\.now|\bprocess\./);
  },
);

const HEAVY = /^(@napi-rs\/canvas|ink|react|yoga-layout)(\/|$)|^(panel|terminal|session|input)\//;

it.each([
  "main.ts",
  "commands/program.ts",
  "commands/gate.ts",
  // What gate loads once there is something to decide.
  "commands/ordinary-boot.ts",
  "commands/device.ts",
  "commands/status.ts",
  "commands/select.ts",
  "commands/mark.ts",
  "commands/enter.ts",
])("%s loads neither canvas nor ink nor react with itself", (start) => {
  const loaded = [...loadedWith(start)];
  expect(loaded).toContain(start);
  expect(loaded.length).toBeGreaterThan(2);
  expect(loaded.filter((file) => HEAVY.test(file))).toEqual([]);
});

it("a held key is answered without the code that looks at disks and /state", () => {
  const loaded = [...loadedWith("commands/gate.ts")];
  expect(loaded).toContain("config/load.ts");
  expect(
    loaded.filter((file) => /^(boot-control|state|roots)\/|^linux\/(syscalls|disk|block)/.test(file)),
  ).toEqual([]);
});

it.each(["commands/menu.ts", "commands/ordinary-boot.ts"])(
  "%s loads neither cryptography nor promises of files, which take a tenth of the start",
  (start) => {
    const slow = ["node:crypto", "node:fs/promises", "node:child_process", "node:net", "node:stream"];
    expect([...loadedWith(start)].filter((file) => slow.includes(file))).toEqual([]);
  },
);

it("follows imports far enough to reach what the commands need", () => {
  expect([...loadedWith("commands/device.ts")]).toEqual(
    expect.arrayContaining(["bytes/gpt.ts", "zod/mini", "smol-toml", "domain/decide-boot.ts"]),
  );
});
