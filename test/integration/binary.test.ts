import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildBinary } from "../../src/build/binary.ts";
import { binaryFor } from "../../src/build/build-place.ts";
import { libraryClosure } from "../../src/build/closure.ts";
import { DIST, PROJECT } from "../../src/build/paths.ts";
import { plugins } from "../../src/build/plugins.ts";
import { HOST, targetOf } from "../../src/build/target.ts";

const BINARY = join(DIST, "holdfast");

beforeAll(() => buildBinary(), 300_000);

function run(command: string, words: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: "utf8", env });
  return { code: status, stdout, stderr };
}

describe.each([
  ["one file", BINARY],
  ["the folder for an initramfs", join(DIST, "lib/holdfast/holdfast")],
])("the binary as %s", (_, binary) => {
  test("says its version and nothing else, no warning of a rejected code cache either", () => {
    expect(run(binary, ["--version"])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });

  test("explains itself and its exit codes", () => {
    const { code, stdout, stderr } = run(binary, ["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/Usage: holdfast[\s\S]*Exit codes:/);
  });

  test("runs nothing that the environment brings, as words of a kernel command line would be", () => {
    const { stdout, stderr } = run(binary, ["--version"], {
      NODE_OPTIONS: "--require /does/not/exist.js",
      DEV: "true",
    });
    expect({ stdout, stderr }).toEqual({ stdout: `${packageJson.version}\n`, stderr: "" });
  });
});

describe("on a machine that has only the binary and its libraries", () => {
  let machine: string;

  beforeAll(() => {
    machine = mkdtempSync(join(tmpdir(), "bare-machine-"));
    for (const file of [BINARY, ...libraryClosure([BINARY])]) {
      const target = join(machine, file === BINARY ? "/holdfast" : file);
      mkdirSync(dirname(target), { recursive: true });
      copyFileSync(file, target);
    }
  });

  afterAll(() => rmSync(machine, { recursive: true }));

  /** chroot is root's; for others a user namespace makes them root inside. */
  const inside = process.getuid?.() === 0 ? [] : ["unshare", "-r"];
  const runInside = (...words: string[]) =>
    run("env", ["-i", ...inside, "/usr/sbin/chroot", machine, "/holdfast", ...words]);

  test("--version works", () => {
    expect(runInside("--version")).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });

  test("--help works", () => {
    expect(runInside("--help")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("another Node", () => {
  const folder = mkdtempSync(join(tmpdir(), "other-node-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const withOther = (node: string) => buildBinary({ ...binaryFor(HOST), node }, join(folder, "dist"));

  test.runIf(process.env.HOLDFAST_TEST_ALL === "1")(
    "is what the binary is made from",
    async () => {
      // Without symbols it is another file, as a distribution's would be, and keeps all of its locales.
      const node = join(folder, "node");
      execFileSync("strip", ["-o", node, targetOf(HOST).node]);
      expect(await withOther(node)).toBe("built");
      const other = join(folder, "dist/lib/holdfast/holdfast");
      expect(run(other, ["--version"])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
      expect(readFileSync(other).equals(readFileSync(join(DIST, "lib/holdfast/holdfast")))).toBe(false);
    },
    180_000,
  );

  test("is refused where it is none, or too old", async () => {
    const old = join(folder, "old");
    writeFileSync(old, "#!/bin/sh\necho v22.23.0 x64 false\n", { mode: 0o755 });
    await expect(withOther(old)).rejects.toMatchObject({
      kind: "usage",
      message: `${old} is v22.23.0 for x64, node:ffi false`,
    });
    await expect(withOther("/does/not/exist")).rejects.toMatchObject({
      message: "/does/not/exist does not run",
    });
  });
});

test("only what opens consoles reaches the canvas, ink and React", async () => {
  const { metafile } = await build({
    entryPoints: ["src/main.ts"],
    absWorkingDir: PROJECT,
    bundle: true,
    write: false,
    metafile: true,
    format: "cjs",
    platform: "node",
    plugins: [...plugins],
    logLevel: "silent",
  });
  const heavy = /node_modules\/(ink|react|react-reconciler|yoga-layout|@napi-rs)\/|^src\/(panel|terminal)\//;
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path) || path === "src/commands/menu-consoles.ts") return;
    reached.add(path);
    for (const one of metafile.inputs[path]?.imports ?? []) if (one.external !== true) visit(one.path);
  };
  visit("src/main.ts");
  expect(reached).toContain("src/commands/gate.ts");
  expect([...reached].filter((path) => heavy.test(path))).toEqual([]);
  expect(Object.keys(metafile.inputs).filter((path) => heavy.test(path)).length).toBeGreaterThan(50);
});

test("the notices name everything that is inside", () => {
  const text = readFileSync(join(DIST, "NOTICES"), "utf8");
  for (const part of [
    "Holdfast",
    "Node.js",
    "Skia",
    "Inter",
    "ink",
    "react",
    "zod",
    "commander",
    "smol-toml",
    "chalk",
  ]) {
    expect(text).toMatch(new RegExp(`={80}\n${part}`));
  }
  expect(text).toContain("V8");
  expect(text).toContain("UNICODE");
});
