import ffi from "node:ffi";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareDpkg } from "../../src/bytes/dpkg-order.ts";
import { comparePacman, compareRpm } from "../../src/bytes/rpm-order.ts";
import { compareSystems, readSystem } from "../../src/roots/compare.ts";
import { type PackageSet, readPackages } from "../../src/roots/packages.ts";
import { Random } from "../fixtures/random.ts";
import { run } from "./tools.ts";

const SPEC = (name: string, version: string, extra: string) => `Name: ${name}
Version: ${version}
Release: 3
${extra}
Summary: a package for a test
License: MIT
BuildArch: noarch
%description
none
%files
`;

let folder = "";
const tree = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-packages-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Installs packages into a database of rpm's own making. */
function makeRpmRoot(root: string, specs: readonly string[]): string {
  const database = join(root, "usr/lib/sysimage/rpm");
  mkdirSync(database, { recursive: true });
  for (const [index, spec] of specs.entries()) {
    const topdir = ["--define", `_topdir ${folder}/rpmbuild`, "--define", `_rpmdir ${root}-${index}`];
    run("rpmbuild", [...topdir, "-bb", write(`${root}-${index}.spec`, spec)]);
    const built = run("find", [`${root}-${index}`, "-name", "*.rpm"]).trim();
    run("rpm", ["--dbpath", database, "--justdb", "--nodeps", "-i", "--force-debian", built]);
  }
  return database;
}

async function only(root: string): Promise<PackageSet> {
  const { sets, problems } = await readPackages(root);
  expect(problems).toEqual([]);
  expect(sets).toHaveLength(1);
  return sets[0] as PackageSet;
}

const lines = ({ packages }: PackageSet) => packages.map(({ name, version }) => `${name} ${version}`).sort();
const sorted = (text: string) => text.split("\n").filter(Boolean).sort();

describe("lists of packages", () => {
  test("dpkg's own list of this machine is ours", async () => {
    mkdirSync(tree("dpkg/var/lib/dpkg"), { recursive: true });
    cpSync("/var/lib/dpkg/status", tree("dpkg/var/lib/dpkg/status"));
    const format = ["db:Status-Status", "Package", "Version"].map((name) => `\${${name}}`).join(" ");
    const theirs = sorted(run("dpkg-query", ["-W", "-f", `${format}\n`])).flatMap((line) =>
      line.startsWith("installed ") ? [line.slice("installed ".length)] : [],
    );
    expect(lines(await only(tree("dpkg")))).toEqual(theirs.sort());
  });

  test("rpm's own list of a database that rpm made is ours, read-only and with nothing left beside it", async () => {
    const database = makeRpmRoot(tree("rpm"), [SPEC("alpha", "1.2", "Epoch: 1"), SPEC("beta", "2~rc1", "")]);
    rmSync(join(database, "rpmdb.sqlite-shm"), { force: true });
    rmSync(join(database, "rpmdb.sqlite-wal"), { force: true });
    const { mtimeMs } = statSync(join(database, "rpmdb.sqlite"));
    const set = await only(tree("rpm"));
    expect(run("find", [database, "-name", "rpmdb*"]).trim()).toBe(join(database, "rpmdb.sqlite"));
    expect(statSync(join(database, "rpmdb.sqlite")).mtimeMs).toBe(mtimeMs);
    const format = "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\n";
    expect(lines(set)).toEqual(sorted(run("rpm", ["--dbpath", database, "-qa", "--qf", format])));
  });

  test("pacman's own list is ours", async () => {
    const database = tree("pacman/var/lib/pacman");
    for (const [name, version] of [
      ["bash", "5.2.026-2"],
      ["linux", "1:6.9.arch1-1"],
    ]) {
      const desc = `%NAME%\n${name}\n\n%VERSION%\n${version}\n\n%ARCH%\nx86_64\n`;
      write(join(database, `local/${name}-${version}/desc`), desc);
    }
    write(join(database, "local/ALPM_DB_VERSION"), "9\n");
    const config = write(tree("pacman.conf"), "[options]\nArchitecture = x86_64\n");
    const theirs = run("pacman", ["-Q", "--config", config, "--dbpath", database]);
    expect(lines(await only(tree("pacman")))).toEqual(sorted(theirs));
  });

  test.each([
    ["cut off", (good: Buffer) => good.subarray(0, good.length / 2)],
    ["without sense", (good: Buffer) => Buffer.alloc(good.length, 0x5a)],
    ["empty", () => Buffer.alloc(0)],
  ])("an rpm database that is %s is said and not fatal", async (_what, damage) => {
    const good = readFileSync(join(tree("rpm"), "usr/lib/sysimage/rpm/rpmdb.sqlite"));
    const root = mkdtempSync(join(folder, "damaged-"));
    mkdirSync(join(root, "var/lib/rpm"), { recursive: true });
    writeFileSync(join(root, "var/lib/rpm/rpmdb.sqlite"), damage(good));
    const { sets, problems } = await readPackages(root);
    expect(sets).toEqual([]);
    expect(problems.join()).toMatch(/^The rpm list in \/var\/lib\/rpm cannot be read: SQLite says: .+\.$/);
  });

  test("a list that is no regular file is not waited for", async () => {
    mkdirSync(tree("endless/var/lib/dpkg"), { recursive: true });
    symlinkSync("/dev/zero", tree("endless/var/lib/dpkg/status"));
    mkdirSync(tree("endless/lib/apk/db"), { recursive: true });
    run("mkfifo", [tree("endless/lib/apk/db/installed")]);
    const { sets, problems } = await readPackages(tree("endless"));
    expect(sets).toEqual([]);
    expect(problems).toEqual([
      "The apk list in /lib/apk/db/installed cannot be read: it is no regular file.",
    ]);
  });

  test("two systems are compared by the list that both have", async () => {
    const status = (version: string) =>
      `Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;
    for (const [name, version] of [
      ["old", "5.2-1"],
      ["new", "5.2-2"],
    ] as const) {
      write(tree(`${name}/var/lib/dpkg/status`), status(version));
      write(tree(`${name}/usr/lib/os-release`), `NAME=Test\nIMAGE_VERSION=${version}\nBUILD_ID=20261120\n`);
      mkdirSync(tree(`${name}/usr/lib/modules/6.1.0-9-amd64`), { recursive: true });
      mkdirSync(tree(`${name}/usr/lib/modules/6.1.0-10-amd64`), { recursive: true });
    }
    write(tree("new/usr/lib/apk/db/installed"), "P:musl\nV:1\n");
    const facts = [
      await readSystem("a", tree("old"), null),
      await readSystem("b", tree("new"), null),
    ] as const;
    const { left, right, packages } = compareSystems(...facts, []);
    expect(left).toMatchObject({
      slot: "a",
      version: "5.2-1",
      buildDate: "2026-11-20",
      kernel: "6.1.0-10-amd64",
    });
    expect(right.version).toBe("5.2-2");
    expect(packages).toMatchObject({
      source: "dpkg",
      upgraded: [{ name: "bash", left: "5.2-1", right: "5.2-2" }],
    });
  });
});

describe("the order of versions agrees with the package system's own", () => {
  const PARTS = ["1", "2", "0", "10", "01", "a", "b", "rc", "~", "^", ".", "-", "+", "_"];
  const random = new Random(7);
  const made = (count: number) =>
    Array.from({ length: count }, () => {
      const tail = (length: number) => Array.from({ length }, () => random.pick(PARTS)).join("");
      const left = `${random.below(12)}${tail(random.below(6))}`;
      return [
        left,
        random.below(2) === 0 ? `${random.below(12)}${tail(random.below(6))}` : `${left}${tail(1)}`,
      ] as const;
    });

  test("dpkg", () => {
    const pairs = made(300).filter(([a, b]) => !/[\^_]|-$/.test(`${a} ${b}`) && !a.endsWith("-"));
    expect(pairs.length).toBeGreaterThan(60);
    // One shell for all: a process for each question would take a minute.
    const script = pairs.map(
      ([a, b]) =>
        `dpkg --compare-versions '${a}' lt '${b}' && echo -1 || { dpkg --compare-versions '${a}' gt '${b}' && echo 1 || echo 0; }`,
    );
    const theirs = run("sh", ["-s"], script.join("\n")).trim().split("\n").map(Number);
    expect(pairs.map(([a, b]) => compareDpkg(a, b))).toEqual(theirs);
  });

  test("rpm", () => {
    const pairs = made(1000);
    const list = pairs.map(([a, b]) => `{"${a}","${b}"}`).join(",");
    const lua = `%{lua: for _, p in ipairs({${list}}) do local ok, r = pcall(rpm.vercmp, p[1], p[2]); print(ok and r or "none", " ") end}`;
    const theirs = run("rpm", ["--eval", lua]).trim().split(/\s+/);
    expect(theirs).toHaveLength(pairs.length);
    const judged = pairs.filter((_pair, index) => theirs[index] !== "none");
    expect(judged.length).toBeGreaterThan(500);
    expect(judged.map(([a, b]) => compareRpm(a, b))).toEqual(
      theirs.filter((each) => each !== "none").map(Number),
    );
  });

  test("pacman", () => {
    const library = new ffi.DynamicLibrary("libalpm.so.13");
    const judge = library.getFunction("alpm_pkg_vercmp", {
      arguments: ["pointer", "pointer"],
      return: "int32",
    });
    const text = (version: string) => Buffer.from(`${version}\0`);
    for (const [a, b] of made(2000)) {
      expect([a, b, comparePacman(a, b)]).toEqual([a, b, Math.sign(Number(judge(text(a), text(b))))]);
    }
  });
});
