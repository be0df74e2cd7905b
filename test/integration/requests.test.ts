import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMenuReason, readPlan } from "../../src/commands/plan-file.ts";
import { cgpt, chromeosImage } from "../fixtures/chromeos-image.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { machineIn } from "../fixtures/machine.ts";
import { messageImage } from "../fixtures/misc.ts";

const MISC = { start: 16_384, sectors: 2048 };
let directory: string;
let image: string;
let root: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "holdfast-requests-"));
  image = join(directory, "disk.img");
  root = machineIn(directory, { "proc/cmdline": "androidboot.serialno=1\n" });
  chromeosImage(image, {
    a: { priority: 2, tries: 0, successful: true },
    b: { priority: 1, tries: 3, successful: false },
  });
  cgpt("add", "-b", `${MISC.start}`, "-s", `${MISC.sectors}`, "-t", "data", "-l", "misc", image);
});
afterEach(() => rmSync(directory, { recursive: true }));

const run = (...words: string[]) => holdfast(["--root", root, "--disk", image, ...words]);
const misc = () => readFileSync(image).subarray(MISC.start * 512, MISC.start * 512 + 2048);
const isCleared = () => misc().every((byte) => byte === 0);
const runDir = () => join(root, "run/holdfast");

function leave(command: string, recovery = ""): void {
  const file = openSync(image, "r+");
  writeSync(file, messageImage(command, recovery), 0, 2048, MISC.start * 512);
  closeSync(file);
}

/** A restart driver at work, in a made-up sysfs. */
function addRebootMode(word: string): void {
  const node = join(root, "sys/firmware/devicetree/base/reboot-mode");
  const device = join(root, "sys/bus/platform/devices/reboot-mode");
  mkdirSync(join(node, `mode-${word}`), { recursive: true });
  mkdirSync(join(device, "driver"), { recursive: true });
  symlinkSync(node, join(device, "of_node"));
}

describe("a request in the bootloader's message", () => {
  it("to wipe user data stops an ordinary boot in the menu, and stays until that is done", () => {
    leave("boot-recovery", "recovery\n--wipe_data\n");
    const before = readFileSync(image);
    expect(run("gate")).toMatchObject({
      code: 10,
      stdout: "menu: A reset of all user data was asked for.\n",
    });
    expect(readMenuReason(runDir())?.code).toBe("reset-asked");
    expect(readFileSync(image).equals(before)).toBe(true);
  });

  it("does not stop a boot that may not show a menu", () => {
    leave("boot-recovery");
    expect(run("gate", "--no-menu").code).not.toBe(10);
    expect(isCleared()).toBe(false);
  });

  it("is not followed with a bad configuration, under which it could not be cleared", () => {
    leave("boot-recovery");
    mkdirSync(join(root, "etc/holdfast"), { recursive: true });
    writeFileSync(join(root, "etc/holdfast/config.toml"), "[boot]\ntires = 3\n");
    const { code, stderr } = run("gate");
    expect([code === 10, stderr.includes("tires")]).toEqual([false, true]);
    expect(isCleared()).toBe(false);
  });

  it("to stop in the bootloader is cleared and becomes a restart with that word", () => {
    leave("bootonce-bootloader");
    addRebootMode("bootloader");
    expect(run("gate")).toMatchObject({
      code: 0,
      stdout: "bootloader: A stop in the bootloader was asked for.\n",
    });
    expect(readPlan(runDir())).toMatchObject({ action: "reboot", target: "bootloader" });
    expect(isCleared()).toBe(true);
    // Nothing comes back from there: the next start is an ordinary one.
    expect(run("gate").stdout).not.toContain("bootloader");
  });

  it("to stop in the bootloader is told where the device has no way there, and the boot goes on", () => {
    leave("bootonce-bootloader");
    const { code, stderr } = run("gate", "--log-level", "error");
    expect(stderr).toContain("A stop in the bootloader was asked for. ");
    expect(stderr).toContain("The boot goes on.");
    expect([code, isCleared()]).toEqual([10, true]);
    expect(readMenuReason(runDir())?.code).toBe("nothing-bootable");
  });
});

describe("restart targets", () => {
  it("are listed by check, with what speaks for each", () => {
    addRebootMode("recovery");
    const { stdout } = run("check");
    expect(stdout).toContain("ok     restart into recovery: mode-recovery of /reboot-mode\n");
    expect(stdout).not.toContain("firmware");
  });

  it("hand their word to the kernel by its own system call", () => {
    // reboot(2) inside a PID namespace ends that namespace's init with SIGHUP, by the kernel's own parsing of it.
    const script = `
      import { rebootWith } from "${join(import.meta.dirname, "../../src/linux/syscalls.ts")}";
      if (process.pid !== 1) throw new Error("outside of a namespace of its own");
      rebootWith("recovery");
    `;
    const words = ["--fork", "--pid", process.execPath, "--disable-warning=ExperimentalWarning"];
    const { signal, stderr } = spawnSync("unshare", [...words, "--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    expect([signal, stderr]).toEqual(["SIGHUP", ""]);
  });
});
