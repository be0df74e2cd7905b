import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PROJECT } from "../../src/build/paths.ts";
import { loadConfig } from "../../src/config/load.ts";
import { shellConfig } from "../../src/config/shell.ts";

const HOOKS = join(PROJECT, "initramfs-hooks");

/** Stands in for Holdfast: notes how it is called, and ends as the test says, gate by turns. */
const FAKE_HOLDFAST = `#!/bin/busybox sh
echo "holdfast $*" >>/calls
[ "$1" != gate ] || echo '{ "code": "nothing-bootable" }' >/run/holdfast/menu.json
[ "$1" != gate ] || {
	read -r code rest </gate-code
	[ -z "$rest" ] || echo "$rest" >/gate-code
	exit "$code"
}
exit 1
`;

/** Whether `run` can be started in a root of its own: chroot is for root alone. */
export const canChroot = process.getuid?.() === 0;

/**
 * A folder that looks like a generator's initramfs with our scripts and busybox, for `run` in a chroot. Kernel,
 * devices and Holdfast are files: a machine with one partition, no input device and no console.
 */
export class FakeInitramfs {
  readonly root = mkdtempSync(join(tmpdir(), "holdfast-run-"));

  constructor() {
    mkdirSync(join(this.root, "bin"));
    mkdirSync(join(this.root, "tmp"));
    copyFileSync("/bin/busybox", join(this.root, "bin/busybox"));
    spawnSync("chroot", [this.root, "/bin/busybox", "--install", "-s", "/bin"]);
    const hooks = readdirSync(HOOKS, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of hooks)
      this.write(`usr/lib/holdfast/${name}`, readFileSync(join(HOOKS, name), "utf8"), 0o755);
    this.program("usr/lib/holdfast/holdfast", FAKE_HOLDFAST);
    this.partition(1, "root_a");
    this.write("sys/class/tty/console/active", "");
    this.write("proc/uptime", "9.00 1.00\n");
    this.write("proc/mounts", "");
    this.write("proc/sys/kernel/printk", "4 4 1 7\n");
    this.write("dev/null", "");
    this.write("dev/kmsg", "");
    this.write("gate-code", "10\n");
    this.write("calls", "");
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text, { mode });
  }

  /** In place of a link to busybox, which must not be written through. */
  program(path: string, text: string): void {
    rmSync(join(this.root, path), { force: true });
    this.write(path, text, 0o755);
  }

  /** The kernel's files of a partition. */
  partition(number: number, label: string): void {
    this.write(`sys/class/block/vda${number}/partition`, `${number}\n`);
    this.write(`sys/class/block/vda${number}/uevent`, `PARTNAME=${label}\n`);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  /** What was called, in order. */
  calls(): string[] {
    return this.read("calls").trim().split("\n");
  }

  /** Exit code of a start with that configuration and kernel command line, and the kernel's log. */
  start(toml: string, words: string): { code: number | null; said: string } {
    this.write("config.toml", toml);
    const { config } = loadConfig({ file: join(this.root, "config.toml"), root: "/", commandLine: "" });
    this.write("usr/lib/holdfast/config.env", `${shellConfig(config)}hf_key_window_ms=0\n`);
    this.write("proc/cmdline", `${words}\n`);
    // What it mounts goes away with it.
    const command = ["--mount", "chroot", this.root, "/usr/lib/holdfast/run"];
    const { status } = spawnSync("unshare", command, { timeout: 30_000 });
    return { code: status, said: this.read("dev/kmsg").trim() };
  }
}
