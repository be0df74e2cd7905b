import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT } from "../../src/build/paths.ts";

let root: string;

/** A project of its own, with stand-ins for apt, npm and id that write down how they were called. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "setup-"));
  mkdirSync(join(root, "src/build"), { recursive: true });
  copyFileSync(join(PROJECT, "src/build/setup.sh"), join(root, "src/build/setup.sh"));
  write("package-lock.json", "{}");
  write(".cache/kernel/amd64/boot/vmlinuz", "");
  tool("apt-get", `echo "apt-get $*" >>${root}/calls`);
  tool("apt-cache", "exit 0");
  tool("npm", `echo "npm $*" >>${root}/calls`);
  isRoot(true);
  misses("none");
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function tool(name: string, script: string): void {
  mkdirSync(join(root, "bin"), { recursive: true });
  writeFileSync(join(root, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function isRoot(yes: boolean): void {
  tool("id", `echo ${yes ? 0 : 1000}`);
}

/** Every package is installed but these (a shell pattern). */
function misses(pattern: string): void {
  tool("dpkg-query", `case "$3" in ${pattern}) exit 1 ;; *) echo "install ok installed" ;; esac`);
}

function npmPackagesAreInstalled(): void {
  write("node_modules/.package-lock.json", "{}");
  rmSync(join(root, "node_modules/.bin/node"), { force: true });
  tool("../node_modules/.bin/node", "exit 0");
}

function setup(...words: string[]) {
  const env = { PATH: `${root}/bin:/usr/bin:/bin` };
  const { status, stderr } = spawnSync("sh", [join(root, "src/build/setup.sh"), ...words], {
    encoding: "utf8",
    env,
  });
  const calls = existsSync(join(root, "calls"))
    ? readFileSync(join(root, "calls"), "utf8").trim().split("\n")
    : [];
  return { status, stderr, calls };
}

describe("setup.sh", () => {
  beforeEach(() => {
    mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
    tool("node", "echo v22.12.0");
  });

  test("does nothing when nothing is missing", () => {
    npmPackagesAreInstalled();
    expect(setup("test")).toEqual({ status: 0, stderr: "", calls: [] });
  });

  test("installs only what is missing, as root", () => {
    npmPackagesAreInstalled();
    misses("cgpt | mtools");
    const { status, calls } = setup("demo");
    expect(status).toBe(0);
    expect(calls).toEqual(["apt-get update -q", "apt-get install -y -q --no-install-recommends cgpt mtools"]);
  });

  test("prints one line and stops for an ordinary user", () => {
    isRoot(false);
    misses("cgpt");
    const { status, stderr, calls } = setup("demo");
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toMatch(/^ {2}sudo sh -c '.*apt-get install .* cgpt *'$/m);
  });

  test("fetches apt's lists when apt does not know the kernel", () => {
    npmPackagesAreInstalled();
    rmSync(join(root, ".cache"), { recursive: true });
    tool("apt-cache", "exit 100");
    expect(setup("test").calls).toEqual(["apt-get update -q"]);
  });

  test("installs npm packages when there are none, and when the lockfile is newer than they are", () => {
    expect(setup("test").calls).toEqual(["npm ci --no-audit --no-fund"]);
    rmSync(join(root, "calls"));
    npmPackagesAreInstalled();
    const later = Date.now() / 1000 + 10;
    utimesSync(join(root, "package-lock.json"), later, later);
    expect(setup("test").calls).toEqual(["npm ci --no-audit --no-fund"]);
  });

  test("links Node where npm has left the link out, as npm 9 does", () => {
    expect(setup("test").status).toBe(0);
    const cpu = process.arch;
    expect(readlinkSync(join(root, "node_modules/.bin/node"))).toBe(`../node-linux-${cpu}/bin/node`);
  });

  test("runs npm once more on the pinned Node where the machine's is too old for some packages", () => {
    tool("node", "echo v18.20.4");
    const pinned = `node_modules/node-linux-${process.arch}/bin/node`;
    write(pinned, `#!/bin/sh\nshift\necho "pinned node runs $(basename "$1") $2" >>"${root}/calls"\n`);
    chmodSync(join(root, pinned), 0o755);
    expect(setup("test")).toMatchObject({
      status: 0,
      calls: ["npm ci --no-audit --no-fund", "pinned node runs npm ci"],
    });
  });

  test("refuses other words", () => {
    expect(setup("everything")).toMatchObject({ status: 2, stderr: "usage: setup.sh demo|test\n" });
  });
});
