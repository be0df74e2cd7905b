import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/build/run.ts";
import { sniffFileSystem } from "../../src/bytes/filesystem-magic.ts";
import { CONTENT_SPAN, knownContent } from "../../src/bytes/known-content.ts";
import type { BindPlan } from "../../src/domain/state-binds.ts";
import { ENCRYPTED_IMAGE, fileSystemBytes } from "../../src/domain/state-layout.ts";
import { hasEncrypted, openEncrypted } from "../../src/state/encrypted.ts";
import { checkFileSystem, makeStateFileSystem } from "../../src/state/filesystem.ts";
import { isBlank } from "../../src/state/place.ts";
import { makeSkeleton } from "../../src/state/skeleton.ts";

const SRC = join(import.meta.dirname, "../../src");
const MIB = 1024 * 1024;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a module prints as JSON that runs in a mount namespace of its own. */
function inNamespace<T>(script: string): T {
  const node = [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    "--input-type=module",
    "-e",
    script,
  ];
  const words = ["--mount", "--propagation", "private", ...node];
  return JSON.parse(execFileSync("unshare", words, { encoding: "utf8" }));
}

/** Binds in such a namespace; `after` is a shell command there, whose output is answered, too. */
function bind(state: string, sysroot: string, after: string): { plan: BindPlan; output: string } {
  return inNamespace(`
    const { bindState } = await import(${JSON.stringify(join(SRC, "state/binds.ts"))});
    const { execFileSync } = await import("node:child_process");
    const plan = bindState(${JSON.stringify(state)}, ${JSON.stringify(sysroot)});
    const output = execFileSync("sh", ["-c", ${JSON.stringify(after)}], { encoding: "utf8" });
    console.log(JSON.stringify({ plan, output }));`);
}

describe("binding /state into a root", () => {
  it("follows links inside the root, never out of it, and says what is left out", () => {
    const [state, root, outside] = ["state", "root", "outside"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const name of [
      "home",
      "srv",
      "data",
      "opt",
      "lib",
      "missing",
      "var",
      "var-lib-app",
      "a\\x2fb",
      ".private",
    ]) {
      mkdirSync(join(state, name), { recursive: true });
      writeFileSync(join(state, name, "whose"), name);
    }
    mkdirSync(outside);
    for (const name of ["var/home", "var/opt", "usr/lib"]) mkdirSync(join(root, name), { recursive: true });
    // As Silverblue has it; a link that climbs out; a link to nothing; a link into the image; a file.
    symlinkSync("var/home", join(root, "home"));
    symlinkSync(`../../../../../../../..${outside}`, join(root, "srv"));
    symlinkSync("/nowhere", join(root, "data"));
    symlinkSync("usr/lib", join(root, "lib"));
    writeFileSync(join(root, "opt"), "");

    const { plan, output } = bind(
      state,
      root,
      `cd ${root}/var && for file in whose home/whose lib/app/whose; do cat $file; printf " "; done; ls ${outside}`,
    );
    expect(plan.binds).toEqual([
      { source: "var", target: "/var" },
      { source: "home", target: "/home" },
      { source: "var-lib-app", target: "/var/lib/app" },
    ]);
    expect(output).toBe("var home var-lib-app ");
    expect(Object.fromEntries(plan.refused.map(({ source, reason }) => [source, reason]))).toEqual({
      "a\\x2fb": 'a\\x2fb is not bound: its name hides a slash as "\\x2f".',
      data: "data is not bound: there is no /data in this system.",
      lib: "lib is not bound: /lib is /usr/lib here, and /usr belongs to the system.",
      missing: "missing is not bound: there is no /missing in this system.",
      opt: "opt is not bound: /opt is no directory in this system.",
      srv: "srv is not bound: there is no /srv in this system.",
    });
  });
});

describe("two directories for one place", () => {
  it("are both left out, also where only the root's links make it one", () => {
    const [state, root] = [join(folder, "state"), join(folder, "root")];
    for (const path of [`${state}/home`, `${state}/var-home`, `${root}/var/home`])
      mkdirSync(path, { recursive: true });
    symlinkSync("var/home", join(root, "home"));
    const { plan } = bind(state, root, "true");
    expect(plan.binds).toEqual([]);
    expect(plan.refused.map(({ source }) => source).sort()).toEqual(["home", "var-home"]);
  });
});

describe.each(["ext4", "btrfs", "f2fs"] as const)("a state partition with %s", (fstype) => {
  const size = 160 * MIB;
  let image: string;
  beforeEach(() => {
    image = join(folder, "partition.img");
    writeFileSync(image, "");
    truncateSync(image, size);
  });

  it("leaves the last 64 KiB to the record of a reset, and is clean", async () => {
    const fd = openSync(image, "r+");
    writeSync(fd, Buffer.alloc(64 * 1024, 0xa5), 0, 64 * 1024, size - 64 * 1024);
    closeSync(fd);
    await makeStateFileSystem(fstype, image, size);
    const bytes = readFileSync(image);
    expect(sniffFileSystem(bytes)).toBe(fstype);
    expect(bytes.subarray(-64 * 1024).every((byte) => byte === 0xa5)).toBe(true);
    const judges = {
      ext4: () => /^Block count: +(\d+)$/m.exec(run("dumpe2fs", ["-h", image]))?.[1],
      btrfs: () =>
        /^total_bytes\s+(\d+)$/m.exec(run("btrfs", ["inspect-internal", "dump-super", image]))?.[1],
      f2fs: () =>
        /^total FS sectors = (\d+)/m.exec(
          run("fsck.f2fs", ["--dry-run", image]).replaceAll("Info: ", ""),
        )?.[1],
    };
    const unit = { ext4: 4096, btrfs: 1, f2fs: 512 }[fstype];
    const found = Number(judges[fstype]()) * unit;
    expect(found).toBeLessThanOrEqual(fileSystemBytes(size));
    expect(found).toBeGreaterThan(fileSystemBytes(size) - 4 * MIB);
    await checkFileSystem(fstype, image, { thorough: false });
  });
});

describe("a state partition that is damaged", () => {
  it.each(["ext4", "btrfs", "f2fs"] as const)(
    "is never taken for an empty one: %s without its start",
    async (fstype) => {
      const image = join(folder, "partition.img");
      const size = 160 * MIB;
      writeFileSync(image, "");
      truncateSync(image, size);
      expect(isBlank(image, size)).toBe(true);
      await makeStateFileSystem(fstype, image, size);
      const fd = openSync(image, "r+");
      // As a slip with dd, or a bootloader that writes to the wrong place.
      writeSync(fd, Buffer.alloc(MIB), 0, MIB, 0);
      closeSync(fd);
      expect(knownContent(readFileSync(image).subarray(0, CONTENT_SPAN))).toBeNull();
      expect(isBlank(image, size)).toBe(false);
    },
  );

  it("is put right by itself when a power loss tore its superblock", async () => {
    const image = join(folder, "partition.img");
    writeFileSync(image, "");
    truncateSync(image, 160 * MIB);
    await makeStateFileSystem("ext4", image, 160 * MIB);
    const older = readFileSync(image).subarray(1536, 2048);
    execFileSync("debugfs", ["-w", "-R", "set_super_value kbytes_written 12345", image], { stdio: "ignore" });
    // The second of its two sectors, which has the checksum.
    const fd = openSync(image, "r+");
    writeSync(fd, older, 0, older.length, 1536);
    closeSync(fd);
    expect(() => run("e2fsck", ["-p", image])).toThrow();
    await checkFileSystem("ext4", image, { thorough: false });
    run("e2fsck", ["-f", "-n", image]);
  });

  it("is put right by itself from its copy when a power loss tore the superblock of btrfs", async () => {
    const image = join(folder, "partition.img");
    writeFileSync(image, "");
    truncateSync(image, 160 * MIB);
    await makeStateFileSystem("btrfs", image, 160 * MIB);
    const whole = readFileSync(image);
    await checkFileSystem("btrfs", image, { thorough: false });
    const fd = openSync(image, "r+");
    writeSync(fd, Buffer.alloc(1024, 0xa5), 0, 1024, 64 * 1024 + 2048);
    closeSync(fd);
    expect(() => run("btrfs", ["check", image])).toThrow();
    await checkFileSystem("btrfs", image, { thorough: false });
    run("btrfs", ["check", image]);
    expect(readFileSync(image).equals(whole)).toBe(true);
  });

  it("is put right by a repair, and says without one what is wrong", async () => {
    const image = join(folder, "partition.img");
    writeFileSync(image, "");
    truncateSync(image, 160 * MIB);
    await makeStateFileSystem("ext4", image, 160 * MIB);
    // Its root folder, and the mark that makes the checker look.
    for (const request of ["clri <2>", "set_super_value state 2"])
      execFileSync("debugfs", ["-w", "-R", request, image], { stdio: "ignore" });
    await expect(checkFileSystem("ext4", image, { thorough: false })).rejects.toThrow(
      /e2fsck cannot put .* right: Root inode is not a directory\.$/,
    );
    const half = join(folder, "half.img");
    run("dd", [`if=${image}`, `of=${half}`, "bs=1M", "count=80", "status=none"]);
    await expect(checkFileSystem("ext4", half, { thorough: false })).rejects.toThrow(
      /right: The filesystem size .* is \d+ blocks; The physical size of the device is 20480 blocks; /,
    );
    await checkFileSystem("ext4", image, { thorough: true });
    await checkFileSystem("ext4", image, { thorough: false });
  });
});

describe("encrypted.img", () => {
  const image = () => join(folder, ENCRYPTED_IMAGE);

  it.each([
    ["empty", Buffer.alloc(0)],
    ["noise", Buffer.alloc(MIB, 0xa5)],
    ["only the magic of LUKS", Buffer.concat([Buffer.from("4c554b53babe0002", "hex"), Buffer.alloc(MIB)])],
  ])("that is %s is told and harms nobody", async (_, bytes) => {
    writeFileSync(image(), bytes);
    expect(await openEncrypted(folder, undefined)).toMatchObject({
      open: false,
      locked: false,
      problem: `${image()} is no LUKS2 image, or its header is damaged.`,
    });
  });

  it("waits for a passphrase where no key is configured", async () => {
    writeFileSync(image(), "");
    truncateSync(image(), 32 * MIB);
    const words = [
      "luksFormat",
      "-q",
      "--type",
      "luks2",
      "--pbkdf",
      "pbkdf2",
      "--pbkdf-force-iterations",
      "1000",
    ];
    execFileSync("cryptsetup", [...words, image(), "-"], { input: "secret" });
    expect(await openEncrypted(folder, undefined)).toMatchObject({
      open: false,
      locked: true,
      problem: null,
    });
  });

  it("is not made on a full state partition, and leaves nothing behind", () => {
    const found = inNamespace<{ message: string; left: string[] }>(`
      const { execFileSync } = await import("node:child_process");
      const { readdirSync } = await import("node:fs");
      const { makeEncrypted } = await import(${JSON.stringify(join(SRC, "state/encrypted.ts"))});
      const state = ${JSON.stringify(folder)};
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", state]);
      const size = { keyFile: "/dev/null", sizeMib: 40 };
      const message = await makeEncrypted(state, size).then(() => "made", (error) => error.message);
      console.log(JSON.stringify({ message, left: readdirSync(state) }));`);
    expect(found).toEqual({ message: expect.stringMatching(/posix_fallocate .*: ENOSPC/), left: [] });
  });

  it("is not looked for behind a link", () => {
    symlinkSync("/dev/zero", image());
    expect(hasEncrypted(folder)).toBe(false);
  });
});

it("a skeleton has what the configuration names, and what is there stays", () => {
  mkdirSync(join(folder, "home"));
  writeFileSync(join(folder, "home/file"), "kept");
  makeSkeleton(folder, ["home", "root", "encrypted/var"]);
  expect(run("find", [folder, "-mindepth", "1", "-printf", "%P %m\\n"]).trim().split("\n").sort()).toEqual([
    ".holdfast 755",
    "home 755",
    "home/file 644",
    "root 700",
  ]);
});
