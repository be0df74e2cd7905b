import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT } from "../../src/build/paths.ts";
import { encodeResetCopy } from "../../src/bytes/reset-record.ts";
import { RESET_RESERVED_BYTES } from "../../src/domain/reset.ts";

const PROBE = join(PROJECT, "initramfs-hooks/probe");
/** Key capabilities as sysfs prints them on a 64-bit kernel. */
const KEYBOARD = "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe";
const VOLUME_KEYS = "c000000000000 0";
const POWER_ONLY = "10000000000000 0";
const TOUCH_ONLY = "400 0 0 0 0 0";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "probe-"));
  write("proc/cmdline", "console=ttyS0 quiet\n");
  write("proc/uptime", "8.09 1.00\n");
  // Stands in for evtest: exit 10 for devices that were written down as held, and a trace of every call.
  write(
    "bin/evtest",
    `#!/bin/sh\necho "$@" >>${root}/asked\ngrep -qx "$2" ${root}/held && exit 10\nexit 0\n`,
  );
  chmodSync(join(root, "bin/evtest"), 0o755);
  write("held", "");
  write("asked", "");
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function addDevice(number: number, keys: string): void {
  write(`sys/class/input/event${number}/device/capabilities/key`, `${keys}\n`);
}

/** Whether the probe sees the record of a reset at the end of a partition that is a file. */
function seesRecord(shell: readonly string[], record: Buffer): boolean {
  const sectors = 2048;
  write("sys/class/block/vda6/size", `${sectors}\n`);
  const bytes = Buffer.alloc(sectors * 512);
  record.copy(bytes, bytes.length - RESET_RESERVED_BYTES);
  mkdirSync(join(root, "dev"), { recursive: true });
  writeFileSync(join(root, "dev/vda6"), bytes);
  const script = `holdfast_root=${root}; . ${PROBE}; holdfast_reset_record /dev/vda6 && echo yes || echo no`;
  const [command = "", ...words] = shell;
  return execFileSync(command, [...words, "-c", script], { encoding: "utf8" }) === "yes\n";
}

/** What the probe answers; `pause` is the caller's way to wait, by default one that should not be needed. */
function probe(shell: readonly string[], pause = "exit 9", windowMs = 0): string {
  const script = `
    holdfast_root=${root} hf_key_code=114 hf_key_name=KEY_VOLUMEDOWN hf_key_window_ms=${windowMs}
    holdfast_pause() { ${pause}; }
    . ${PROBE}
    holdfast_probe
    echo "$holdfast_reason"`;
  const [command = "", ...words] = shell;
  const env = { PATH: `${root}/bin:/usr/bin:/bin` };
  return execFileSync(command, [...words, "-c", script], { encoding: "utf8", env }).trim();
}

describe.each([["dash"], ["busybox", "sh"]])("the probe in %s %s", (...shell) => {
  const words = shell.filter((word) => word !== undefined);

  test("finds no reason on an ordinary boot", () => {
    addDevice(0, KEYBOARD);
    expect(probe(words)).toBe("");
  });

  test("sees the word on the kernel command line and asks no device then", () => {
    addDevice(0, KEYBOARD);
    write("proc/cmdline", "quiet holdfast.menu panic=5\n");
    expect(probe(words)).toBe("command-line");
    expect(execFileSync("cat", [join(root, "asked")], { encoding: "utf8" })).toBe("");
  });

  test("is not fooled by a longer word", () => {
    write("proc/cmdline", "holdfast.menus=no xholdfast.menu\n");
    expect(probe(words)).toBe("");
  });

  test.each([
    ["a keyboard", KEYBOARD],
    ["volume buttons", VOLUME_KEYS],
  ])("sees the key held on %s", (_, keys) => {
    addDevice(3, keys);
    write("held", `${root}/dev/input/event3\n`);
    expect(probe(words)).toBe("key-held");
  });

  test("sees the record of a reset that was cut short, and nothing else at a partition's end", () => {
    expect(seesRecord(words, encodeResetCopy({ sequence: 1, payload: Buffer.from("{}") }))).toBe(true);
    expect(seesRecord(words, Buffer.from("HOLDFRSX"))).toBe(false);
    expect(seesRecord(words, Buffer.alloc(16))).toBe(false);
  });

  test("asks only devices that have the key", () => {
    addDevice(0, POWER_ONLY);
    addDevice(1, TOUCH_ONLY);
    addDevice(2, VOLUME_KEYS);
    probe(words);
    expect(execFileSync("cat", [join(root, "asked")], { encoding: "utf8" })).toBe(
      `--query ${root}/dev/input/event2 EV_KEY KEY_VOLUMEDOWN\n`,
    );
  });

  test("sees the key on a device that is plugged in while it waits", () => {
    write(
      "plug",
      `mkdir -p ${root}/sys/class/input/event5/device/capabilities
      echo "${VOLUME_KEYS}" >${root}/sys/class/input/event5/device/capabilities/key
      echo ${root}/dev/input/event5 >${root}/held\n`,
    );
    expect(probe(words, `. ${root}/plug`, 500)).toBe("key-held");
  });

  test("asks a last time when the window ends", () => {
    addDevice(0, KEYBOARD);
    const end = `echo "8.60 1.00" >${root}/proc/uptime; echo ${root}/dev/input/event0 >${root}/held`;
    expect(probe(words, end, 500)).toBe("key-held");
  });

  test("gives up when the window is over", () => {
    addDevice(0, KEYBOARD);
    expect(probe(words, `echo "8.60 1.00" >${root}/proc/uptime`, 500)).toBe("");
  });

  test("waits by itself where its caller cannot wait for events", () => {
    rmSync(join(root, "proc/uptime"));
    execFileSync("ln", ["-s", "/proc/uptime", join(root, "proc/uptime")]);
    const script = `holdfast_root=${root} hf_key_code=114 hf_key_name=KEY_VOLUMEDOWN hf_key_window_ms=120
      . ${PROBE}
      holdfast_probe`;
    const [command = "", ...rest] = words;
    const start = performance.now();
    execFileSync(command, [...rest, "-c", script], { env: { PATH: "/usr/bin:/bin" } });
    expect(performance.now() - start).toBeGreaterThan(100);
  });
});

describe("the probe without evtest", () => {
  const words = ["busybox", "sh"];
  /** In a PATH that has nothing but what the test puts there; the shell's own commands need none. */
  function probed(): string {
    const script = `
      holdfast_root=${root} hf_key_code=114 hf_key_name=KEY_VOLUMEDOWN hf_key_window_ms=0
      holdfast_pause() { exit 9; }
      . ${PROBE}
      holdfast_probe
      echo "$holdfast_reason"`;
    const [, ...rest] = words;
    return execFileSync("/bin/busybox", [...rest, "-c", script], {
      encoding: "utf8",
      env: { PATH: `${root}/bin` },
    }).trim();
  }
  function program(path: string, text: string): void {
    write(path, `#!/bin/sh\necho "\${0##*/} $*" >>${root}/asked\n${text}\n`);
    chmodSync(join(root, path), 0o755);
  }
  const asked = () => readFileSync(join(root, "asked"), "utf8");

  beforeEach(() => {
    rmSync(join(root, "bin/evtest"));
    addDevice(3, VOLUME_KEYS);
    program("usr/lib/holdfast/holdfast", "exit 10");
  });

  test("asks iskey, and starts nothing else", () => {
    program("bin/iskey", "exit 0");
    expect(probed()).toBe("key-held");
    program("bin/iskey", "exit 1");
    expect(probed()).toBe("");
    expect(asked()).not.toContain("holdfast");
  });

  test("starts Holdfast once where iskey is missing too", () => {
    expect(probed()).toBe("key-held");
    expect(asked()).toBe(`holdfast held-key 114 ${root}/dev/input/event3\n`);
    program("usr/lib/holdfast/holdfast", "exit 0");
    expect(probed()).toBe("");
  });

  test("starts nothing where no device has the key", () => {
    rmSync(join(root, "sys"), { recursive: true });
    expect(probed()).toBe("");
    expect(asked()).toBe("");
  });
});
