import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { build } from "esbuild";
import { libraryClosure } from "../../../src/build/closure.ts";
import { cpio, type Entry } from "../../../src/build/cpio.ts";
import { debianKernel } from "../../../src/build/kernel.ts";
import { moduleContents, moduleLoadOrder, modulesDep } from "../../../src/build/modules.ts";
import { nodeBase } from "../../../src/build/node-base.ts";
import { PROJECT } from "../../../src/build/paths.ts";
import { run } from "../../../src/build/run.ts";
import { HOST, targetOf } from "../../../src/build/target.ts";
import { seeded } from "./cuts.ts";
import type { Scenario, Verdict } from "./scenario.ts";

const MIB = 1024 * 1024;
/** What judges, besides what the reset itself starts. */
const PROGRAMS = [
  "mkfs.ext4",
  "e2fsck",
  "mkfs.btrfs",
  "btrfs",
  "mkfs.f2fs",
  "fsck.f2fs",
  "cryptsetup",
] as const;
const MODULES = [
  ...["virtio_pci", "virtio_blk", "crc32c_generic", "crc32_generic", "ext4", "btrfs", "f2fs", "loop"],
  ...["dm_crypt", "xts", "aes_generic", "sha256_generic", "algif_skcipher"],
] as const;

const INIT = `#!/bin/busybox sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
mkdir -p /run/holdfast /run/inner /run/cryptsetup
modprobe -a $(cat /lab/modules)
dmesg -n 1
node --disable-warning=ExperimentalWarning /lab/driver.cjs
poweroff -f
`;

/** Runs a scenario in a machine of its own, for `timeout` ms at most, and answers what came of every cut. */
export async function cutEverywhere(scenario: Scenario, timeout: number): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-cuts-"));
  try {
    const disk = join(folder, "disk.img");
    makeDisk(disk, scenario);
    copyFileSync(disk, join(folder, "scratch.img"));
    writeFileSync(join(folder, "log"), "");
    truncateSync(join(folder, "log"), 1024 * MIB);
    await makeInitramfs(join(folder, "initramfs"), scenario);
    return await runMachine(folder, timeout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Partition 2 is the target; what lies around it is random, so that one stray byte shows. */
function makeDisk(path: string, { size, seed }: Scenario): void {
  const random = seeded(seed);
  const bytes = Buffer.from(Array.from({ length: 4 * MIB }, () => Math.floor(random() * 256)));
  writeFileSync(path, bytes);
  truncateSync(path, (4 + size) * MIB);
  writeFileSync(path, bytes, { flag: "a" });
  const script = [
    "label: gpt",
    "start=1MiB, size=3MiB, name=before",
    `start=4MiB, size=${size}MiB, name=state`,
    `start=${4 + size}MiB, size=2MiB, name=after`,
  ];
  run("sfdisk", ["--quiet", "--wipe=never", path], `${script.join("\n")}\n`);
}

async function makeInitramfs(path: string, scenario: Scenario): Promise<void> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, "driver.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  const kernel = debianKernel("amd64");
  const order = moduleLoadOrder(kernel.modulesDir, MODULES);
  const folder = `lib/modules/${kernel.release}`;
  const node = nodeBase(targetOf(HOST));
  const programs = PROGRAMS.map((name) => [name, located(name)] as const);
  const libraries = libraryClosure([node, ...programs.map(([, file]) => file)]);
  const applets = run("/bin/busybox", ["--list"]).trim().split("\n");
  const entries: Entry[] = [
    ...["dev", "proc", "sys", "run", "tmp"].map((name): Entry => ({ kind: "directory", path: name })),
    { kind: "device", path: "dev/console", major: 5, minor: 1 },
    text("init", INIT, true),
    text("lab/scenario.json", JSON.stringify(scenario)),
    text("lab/driver.cjs", bundle.outputFiles[0]?.text ?? ""),
    text("lab/modules", order.map(({ name }) => `${name}\n`).join("")),
    text("lab/probe", readFileSync(join(PROJECT, "initramfs-hooks/probe"), "utf8")),
    ...applets.map((name): Entry => ({ kind: "link", path: `bin/${name}`, target: "busybox" })),
    program("bin/busybox", "/bin/busybox"),
    program("bin/node", node),
    ...programs.map(([name, file]) => program(`bin/${name}`, file)),
    ...libraries.map((file) => program(file.slice(1), file)),
    text(`${folder}/modules.dep`, modulesDep(order)),
    ...order.map((module): Entry => {
      return {
        kind: "file",
        path: `${folder}/${module.path}`,
        executable: false,
        contents: moduleContents(module),
      };
    }),
  ];
  await pipeline(cpio(entries), createWriteStream(path));
}

function located(name: string): string {
  return run("sh", ["-c", `command -v ${name}`]).trim();
}

function text(path: string, contents: string, executable = false): Entry {
  return { kind: "file", path, executable, contents: Buffer.from(contents) };
}

function program(path: string, file: string): Entry {
  return { kind: "file", path, executable: true, contents: { file } };
}

async function runMachine(folder: string, timeout: number): Promise<Verdict> {
  const file = (name: string, more = "") =>
    `driver=file,filename=${join(folder, name)},locking=off,discard=unmap${more}`;
  const args = [
    ...["-machine", "pc,i8042=off", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "2048", "-smp", "2"],
    ...[
      "-nodefaults",
      "-no-user-config",
      "-vga",
      "none",
      "-display",
      "none",
      "-serial",
      "stdio",
      "-no-reboot",
    ],
    ...["-kernel", debianKernel("amd64").vmlinuz, "-initrd", join(folder, "initramfs")],
    ...["-append", "console=ttyS0 quiet loglevel=1 panic=1 rdinit=/init"],
    ...["-blockdev", `${file("disk.img")},node-name=data`],
    ...["-blockdev", `${file("log")},node-name=log`],
    // Every write, discard and flush that the disk gets, in the order in which it gets them.
    ...["-blockdev", "driver=blklogwrites,node-name=recorded,file=data,log=log,discard=unmap"],
    ...["-device", "virtio-blk-pci,drive=recorded,write-cache=on"],
    ...["-blockdev", `${file("log", ",read-only=on,node-name=log-to-read")}`],
    ...["-device", "virtio-blk-pci,drive=log-to-read"],
    ...["-blockdev", `${file("scratch.img", ",cache.no-flush=on")},node-name=scratch`],
    ...["-device", "virtio-blk-pci,drive=scratch"],
  ];
  const child = spawn("qemu-system-x86_64", args, { stdio: ["ignore", "pipe", "pipe"], timeout });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (words: string) => {
      output += words;
      if (process.env.HOLDFAST_LAB_SHOW === "1") process.stderr.write(words);
    });
  }
  await once(child, "close");
  const line = /^VERDICT (.*)$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`the machine gave no verdict:\n${output.slice(-4000)}`);
  return JSON.parse(line) as Verdict;
}
