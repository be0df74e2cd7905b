import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
const FAKE_PLYMOUTH = '#!/bin/busybox sh\necho "plymouth $*" >>/calls\n';

const SLOT = '[[slot]]\nid = "a"\nroot = "PARTLABEL=root_a"\n';
const PROVED = `${SLOT}root_hash = "${"ab".repeat(32)}"\n`;

/** `run` is started in a root of its own, which takes chroot. */
const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)("what the hooks of every generator start", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "holdfast-run-"));
    mkdirSync(join(root, "bin"));
    mkdirSync(join(root, "tmp"));
    copyFileSync("/bin/busybox", join(root, "bin/busybox"));
    spawnSync("chroot", [root, "/bin/busybox", "--install", "-s", "/bin"]);
    const hooks = readdirSync(HOOKS, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of hooks)
      write(`usr/lib/holdfast/${name}`, readFileSync(join(HOOKS, name), "utf8"), 0o755);
    write("usr/lib/holdfast/holdfast", FAKE_HOLDFAST, 0o755);
    // A machine with one partition, no input device and no console.
    write("sys/class/block/vda1/partition", "1\n");
    write("sys/class/block/vda1/uevent", "PARTNAME=root_a\n");
    write("sys/class/tty/console/active", "");
    write("proc/uptime", "9.00 1.00\n");
    write("proc/mounts", "");
    write("proc/sys/kernel/printk", "4 4 1 7\n");
    write("dev/null", "");
    write("dev/kmsg", "");
    write("gate-code", "10\n");
    write("calls", "");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  }

  const calls = () => readFileSync(join(root, "calls"), "utf8").trim().split("\n");

  /** Exit code of a start with that configuration and kernel command line, and the last line of the kernel's log. */
  function started(toml: string, words: string): { code: number | null; said: string } {
    write("config.toml", toml);
    const { config } = loadConfig({ file: join(root, "config.toml"), root: "/", commandLine: "" });
    write("usr/lib/holdfast/config.env", `${shellConfig(config)}hf_key_window_ms=0\n`);
    write("proc/cmdline", `${words}\n`);
    const { status } = spawnSync("chroot", [root, "/usr/lib/holdfast/run"], { timeout: 30_000 });
    return { code: status, said: readFileSync(join(root, "dev/kmsg"), "utf8").trim() };
  }

  test("holdfast.off leaves the boot to the generator, and starts nothing", () => {
    const { code, said } = started(SLOT, "root=/dev/vda1 holdfast.off");
    expect([code, said]).toEqual([
      1,
      "<6>holdfast: The kernel command line says holdfast.off: the boot goes on as without Holdfast.",
    ]);
    expect(calls()).toEqual([""]);
    expect(existsSync(join(root, "run/holdfast/bin"))).toBe(false);
  });

  test("holdfast.off is not obeyed where a slot's image is proved, and nothing else is started in its place", () => {
    write("gate-code", "3\n");
    const { code, said } = started(PROVED, "root=/dev/vda1 holdfast.off");
    expect(code).toBe(3);
    expect(said).toMatch(/No slot can be started\. Hold volume-down at power-on/);
    expect(calls()).toEqual(["holdfast gate --enter"]);
  });

  test("a system without slots goes its own way; nobody is asked", () => {
    const { code, said } = started("", "root=/dev/vda1");
    expect([code, said]).toEqual([1, "<6>holdfast: The boot goes on as without Holdfast."]);
    expect(calls()).toEqual(["holdfast gate --enter"]);
  });

  test("who asks for the menu gets it there too, and plymouth gives the display away for it", () => {
    write("bin/plymouth", FAKE_PLYMOUTH, 0o755);
    started("", "root=/dev/vda1 holdfast.menu");
    expect(calls()).toEqual([
      "holdfast gate --enter --menu-reason command-line",
      "plymouth --ping",
      "plymouth deactivate",
      "holdfast menu",
      "holdfast restore-console",
      "holdfast gate --enter --no-menu",
      "plymouth --ping",
      "plymouth reactivate",
    ]);
  });

  /** A root with an init, as gate leaves it. */
  function enter(): void {
    write("sysroot/sbin/init", "", 0o755);
    write("run/holdfast/handoff.env", "HOLDFAST_ACTION=switch-root\nHOLDFAST_INIT=/sbin/init\n");
  }

  test("an ordinary start is one start of Holdfast, which decides and enters", () => {
    enter();
    write("gate-code", "0\n");
    expect(started(SLOT, "").code).toBe(0);
    expect(calls()).toEqual(["holdfast gate --enter"]);
    expect(readFileSync(join(root, "run/holdfast/init"), "utf8")).toBe("/sbin/init\n");
  });

  test("a slot that cannot be entered is left out of the next decision, which nobody's key stops any more", () => {
    enter();
    write("gate-code", "12 0\n");
    expect(started(SLOT, "holdfast.menu").code).toBe(0);
    expect(calls()).toEqual(["holdfast gate --enter --menu-reason command-line", "holdfast gate --enter"]);
  });

  test("without the binary the boot goes on, and says why", () => {
    rmSync(join(root, "usr/lib/holdfast/holdfast"));
    const { code } = started("", "root=/dev/vda1");
    expect(code).toBe(1);
    expect(readFileSync(join(root, "run/holdfast/gate.out"), "utf8")).toContain("/usr/lib/holdfast/holdfast");
  });
});
