import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildBinary } from "../../src/build/binary.ts";
import { libraryClosure } from "../../src/build/closure.ts";
import { buildInitramfs, initramfsDefaults, parseInitramfsOptions } from "../../src/build/initramfs.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { DIST, PROJECT } from "../../src/build/paths.ts";
import { SUPERVISOR } from "../../src/build/supervisor.ts";
import { HOST, targetOf } from "../../src/build/target.ts";

const CONFIG = `
[[slot]]
id = "a"
root = "PARTLABEL=root_a"
`;

let work: string;
let tree: string;

beforeAll(async () => {
  await buildBinary();
  work = mkdtempSync(join(tmpdir(), "initramfs-"));
  tree = join(work, "tree");
  mkdirSync(join(work, "add/etc/holdfast/early.d"), { recursive: true });
  writeFileSync(join(work, "add/etc/holdfast/early.d/own.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(work, "config.toml"), CONFIG);
  await pack("one.zst");
  mkdirSync(tree);
  unpack(join(work, "one.zst"), tree);
}, 300_000);

afterAll(() => rmSync(work, { recursive: true }));

async function pack(name: string, config = join(work, "config.toml")): Promise<void> {
  const { modulesDir } = debianKernel("amd64");
  await buildInitramfs({
    ...initramfsDefaults(),
    config,
    modulesDir,
    modules: ["virtio_blk", "ext4"],
    panels: [{ width: 320, height: 480, stride: 1280 }],
    add: join(work, "add"),
    level: 1,
    out: join(work, name),
  });
}

/** Device nodes are root's to make: they are looked at in the listing. */
function unpack(archive: string, into: string): void {
  execFileSync("sh", ["-c", `zstd -dc ${archive} | cpio -i --quiet -f dev/console`], { cwd: into });
}

/**
 * What the shell does itself, and words that only look like commands: in arithmetic, prose and here-documents.
 * veritysetup and cryptsetup are there where the configuration or an integrator asks for them; iskey and plymouth in
 * the initramfs of others, whose hook says goes_elsewhere. Without them the scripts go on.
 */
const NO_PROGRAMS = new Set(
  `if then else elif fi for while until do done case esac in return continue break exec exit read set unset shift echo
  printf eval wait kill umask command end number the what restart_after holdfast_digit holdfast_words export
  veritysetup cryptsetup iskey plymouth goes_elsewhere`.split(/\s+/),
);

/** Programs that shell scripts of ours call: words where a command can stand, less functions and built-ins. */
function commandsOf(scripts: string): string[] {
  const code = scripts.replaceAll(/^\s*#.*$/gm, "");
  const functions = new Set([...code.matchAll(/([a-z_]+)\(\) \{/g)].map((match) => match[1]));
  const words = code.match(/(?<=(?:^|[|;&(]|! |\b(?:then|do|else|exec) )\s*)[a-z_]+(?= |$)/gm);
  const names = new Set(words);
  return [...names].filter((name) => !functions.has(name) && !NO_PROGRAMS.has(name));
}

const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

describe("the stand-alone initramfs", () => {
  test("is the same, byte for byte, for the same input", async () => {
    await pack("two.zst");
    expect(sha256(join(work, "two.zst"))).toBe(sha256(join(work, "one.zst")));
  });

  test("is what cpio itself reads, owned by root and without dates", () => {
    const list = `zstd -dc ${join(work, "one.zst")} | TZ=UTC cpio -itvn --quiet`;
    const lines = execFileSync("sh", ["-c", list], { encoding: "utf8" }).trim().split("\n");
    expect(lines.length).toBeGreaterThan(200);
    for (const line of lines) expect(line).toMatch(/^\S{10} +\d+ 0 +0 .* Jan +1 +1970 /);
    expect(lines.find((line) => line.endsWith("dev/console"))).toMatch(/^crw------- .* 5, +1 /);
  });

  test("has the supervisor, Holdfast in its folder, the configuration and the prepared frame", () => {
    const home = join(tree, "usr/lib/holdfast");
    expect(statSync(join(tree, "init")).mode & 0o111).toBe(0o111);
    expect(sha256(join(home, "holdfast"))).toBe(sha256(join(DIST, "lib/holdfast/holdfast")));
    expect(readFileSync(join(home, "config.toml"), "utf8")).toBe(CONFIG);
    expect(readFileSync(join(home, "config.env"), "utf8")).toContain("hf_slot_1_root='PARTLABEL=root_a'");
    expect(statSync(join(home, "frames/320x480-1280-32")).size).toBe(1280 * 480);
    expect(existsSync(join(tree, "etc/holdfast/early.d/own.sh"))).toBe(true);
  });

  test("has every module that is loaded, in an order that works", () => {
    const { release } = debianKernel("amd64");
    const names = readFileSync(join(tree, "usr/lib/holdfast/modules"), "utf8").trim().split("\n");
    expect(names.indexOf("jbd2")).toBeLessThan(names.indexOf("ext4"));
    const dep = readFileSync(join(tree, "lib/modules", release, "modules.dep"), "utf8")
      .trim()
      .split("\n");
    const paths = dep.map((line) => line.split(":")[0] ?? "");
    for (const path of paths) expect(existsSync(join(tree, "lib/modules", release, path)), path).toBe(true);
    const there = paths.map((path) => basename(path, ".ko").replaceAll("-", "_"));
    expect(there).toEqual(expect.arrayContaining(names.map((name) => name.replaceAll("-", "_"))));
    // Loaded by the boots that need it.
    expect(there).toContain("overlay");
    expect(names).not.toContain("overlay");
  });

  test("has every program that the supervisor and the probe call", () => {
    const sourced = SUPERVISOR.map((name) => `usr/lib/holdfast/${name}`);
    const files = ["init", ...sourced].map((path) => join(tree, path));
    const called = commandsOf(files.map((file) => readFileSync(file, "utf8")).join("\n"));
    expect(called).toEqual(expect.arrayContaining(["modprobe", "evtest", "uevent"]));
    expect(called.filter((command) => !existsSync(join(tree, "bin", command)))).toEqual([]);
  });

  test("has all libraries: Holdfast and evtest start where there is nothing else", () => {
    const inside = process.getuid?.() === 0 ? [] : ["unshare", "-r"];
    const start = (...words: string[]) =>
      spawnSync("env", ["-i", "PATH=/bin", ...inside, "/usr/sbin/chroot", tree, ...words], {
        encoding: "utf8",
      });
    expect(start("/usr/lib/holdfast/holdfast", "--version")).toMatchObject({
      status: 0,
      stdout: `${packageJson.version}\n`,
      stderr: "",
    });
    expect(start("/bin/evtest", "--version").stdout).toContain("evtest");
    expect(start("/bin/sh", "-c", "echo it works").stdout).toBe("it works\n");
  });

  test("a bad configuration stops it with file, line and key, and leaves nothing behind", async () => {
    const bad = join(work, "bad.toml");
    writeFileSync(bad, '[boot]\ntries = "three"\n');
    await expect(pack("bad.zst", bad)).rejects.toThrow(/bad\.toml.*2.*tries/s);
    expect(existsSync(join(work, "bad.zst"))).toBe(false);
  });
});

describe("the closure of libraries", () => {
  test("is what the system's own loader loads", () => {
    const files = [join(DIST, "lib/holdfast/holdfast"), join(DIST, "lib/holdfast/skia.node")];
    const loaded = files.flatMap((file) => {
      const lines = execFileSync("ldd", [file], { encoding: "utf8" }).split("\n");
      return lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
    });
    expect(libraryClosure(files)).toEqual([...new Set(loaded)].sort());
    expect(libraryClosure(files).map((file) => file.split("/").pop())).toContain("librt.so.1");
  });

  test("is empty for scripts and static programs", () => {
    expect(libraryClosure([join(PROJECT, "initramfs-hooks/probe"), "/bin/busybox"])).toEqual([]);
  });

  test("follows a library's own run path", () => {
    const plugin = "cryptsetup/libcryptsetup-token-systemd-tpm2.so";
    const folder = targetOf(HOST).libraries.find((each) => existsSync(join(each, plugin))) ?? "";
    expect(libraryClosure([join(folder, plugin)])).toContainEqual(
      expect.stringMatching(/\/systemd\/libsystemd-shared-\d+\.so$/),
    );
  });

  test("names the library that is missing and what needs it", () => {
    expect(() => libraryClosure([join(DIST, "holdfast")], ["/nowhere"])).toThrow(
      /lib\S+, which holdfast needs, is in no library folder/,
    );
  });
});

describe("the options of npm run initramfs", () => {
  const parse = (...words: string[]) => parseInitramfsOptions(["--config", "c", "--out", "o", ...words]);

  test("name modules by commas and panels one by one", () => {
    const options = parse(
      "--modules-dir",
      "/usr",
      "--modules",
      "a,b",
      "--panel",
      "1080x2340",
      "--panel",
      "720x1440-3072",
      "--level",
      "3",
    );
    expect(options).toMatchObject({
      modules: ["a", "b"],
      panels: [
        { width: 1080, height: 2340, stride: 4320 },
        { width: 720, height: 1440, stride: 3072 },
      ],
      level: 3,
    });
  });

  test.each([
    [["--panel", "large"], /--panel large is no size/],
    [["--level", "99"], /--level 99/],
    [["--kernel-release", "6.1", "--modules-dir", "/lib/modules/6.2"], /--kernel-release is 6\.1/],
    [["--colour", "red"], /--colour/],
    [["--panel", "0x0"], /--panel 0x0 has no pixels/],
    [["--modules", "ext4"], /--modules needs --modules-dir/],
    [["--add", "/does/not/exist"], /--add: there is no folder/],
    [["--out", "/does/not/exist/out"], /--out: there is no folder/],
    [["--out", "/tmp"], /--out \/tmp is a folder/],
  ])("refuse %j", (words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });
});
