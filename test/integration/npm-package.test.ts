import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildBinary } from "../../src/build/binary.ts";
import { filesBelow } from "../../src/build/cached.ts";
import { buildTools } from "../../src/build/npm-tools.ts";
import { DIST, PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";

const NODE = join(PROJECT, "node_modules/.bin/node");

let work: string;
/** Paths in the package, as npm would pack them. */
let files: string[];
beforeAll(async () => {
  await buildBinary();
  await buildTools();
  work = mkdtempSync(join(tmpdir(), "holdfast-npm-"));
  // npm compresses all of it even to list it: an outline of the project, without the bytes, is as good.
  const outline = join(work, "outline");
  const all = run("git", ["-C", PROJECT, "ls-files"]).trim().split("\n");
  for (const path of [...all, ...filesBelow(DIST).map((file) => file.slice(PROJECT.length + 1))]) {
    mkdirSync(dirname(join(outline, path)), { recursive: true });
    writeFileSync(join(outline, path), "");
  }
  copyFileSync(join(PROJECT, "package.json"), join(outline, "package.json"));
  const list = run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", outline]);
  files = (JSON.parse(list) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path);
}, 300_000);
afterAll(() => rmSync(work, { recursive: true, force: true }), 60_000);

test("the npm package has what the tools need, and neither tests nor sources of the menu", () => {
  expect(files).toEqual(
    expect.arrayContaining([
      "package.json",
      "LICENSE",
      "README.md",
      ...Object.values(packageJson.bin),
      "dist/lib/holdfast/holdfast",
      "dist/lib/holdfast/skia.node",
      "initramfs-hooks/install",
      "initramfs-hooks/standalone/init",
    ]),
  );
  const others = files.filter(
    (path) =>
      !/^(assets\/(fonts|locales)|dist\/(tools|lib|NOTICES|\.stamp)|initramfs-hooks|src\/config|package\.json|LICENSE|README\.md)/.test(
        path,
      ),
  );
  expect(others).toEqual([]);
});

test("its tools work where nothing but the package and its dependencies is installed", () => {
  const installed = join(work, "node_modules/holdfast");
  for (const path of files) {
    mkdirSync(dirname(join(installed, path)), { recursive: true });
    cpSync(join(PROJECT, path), join(installed, path));
  }
  for (const name of readRuntimePackages()) {
    mkdirSync(dirname(join(work, "node_modules", name)), { recursive: true });
    symlinkSync(join(PROJECT, "node_modules", name), join(work, "node_modules", name));
  }
  const tool = (name: keyof typeof packageJson.bin, ...words: string[]) =>
    run(NODE, [
      "--disable-warning=ExperimentalWarning",
      "--preserve-symlinks",
      join(installed, packageJson.bin[name]),
      ...words,
    ]);
  expect(tool("holdfast-initramfs", "--help")).toContain("--config FILE");
  const config = join(work, "config.toml");
  writeFileSync(config, "[boot]\ntries = 5\n");
  const tree = join(work, "tree");
  tool("holdfast-package", "--tree", tree, "--for", "initramfs-systemd", "--config", config);
  expect(run(join(tree, "usr/bin/holdfast"), ["--version"]).trim()).toBe(packageJson.version);
  expect(readFileSync(join(tree, "usr/lib/holdfast/config.env"), "utf8")).toContain("hf_slot_count='0'");
  expect(existsSync(join(tree, "usr/share/man/man5/holdfast.toml.5.gz"))).toBe(true);
  writeFileSync(config, "[boot]\ntries = 99\n");
  expect(() => tool("holdfast-package", "--tree", join(work, "bad"), "--config", config)).toThrow(
    /line 2: boot\.tries/,
  );
}, 300_000);

/** Packages of the lockfile that are installed without development's. */
function readRuntimePackages(): string[] {
  const lock = JSON.parse(readFileSync(join(PROJECT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const all = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  const names = all
    .map(([path]) => path.replace(/^node_modules\//, ""))
    .filter((name) => !name.includes("node_modules/"));
  return names.filter((name) => existsSync(join(PROJECT, "node_modules", name)));
}
