import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT } from "../../src/build/paths.ts";
import { SUPERVISOR } from "../../src/build/supervisor.ts";

/** The supervisor without its flow: functions and settings, which do nothing by themselves. */
const HOOKS = join(PROJECT, "initramfs-hooks");
const [OWN = ""] = readFileSync(join(HOOKS, "standalone/init"), "utf8").split("# --- The flow");
const SHARED = SUPERVISOR.map((name) => ({ name, text: readFileSync(join(HOOKS, name), "utf8") }));

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "supervisor-"));
});
afterEach(() => rmSync(work, { recursive: true }));

/** Standard output of a shell that has the supervisor's functions, with other paths in place of its own. */
function run(script: string, paths: Readonly<Record<string, string>> = {}): string {
  return shell(`say() { echo "$*"; }\n${script}`, paths);
}

function shell(script: string, paths: Readonly<Record<string, string>>): string {
  const home = join(work, "home");
  const replaced = (text: string) =>
    Object.entries({ ...paths, "home=/usr/lib/holdfast": `home=${home}` }).reduce(
      (before, [path, own]) => before.replaceAll(path, own),
      text,
    );
  mkdirSync(home, { recursive: true });
  for (const { name, text } of SHARED) writeFileSync(join(home, name), replaced(text));
  return execFileSync("busybox", ["sh", "-c", `${replaced(OWN)}\n. $home/boot\n${script}`], {
    encoding: "utf8",
    timeout: 10_000,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

describe("the supervisor outlives", () => {
  test("an integrator's script that hangs, and says so; the next one runs", () => {
    const folder = join(work, "early.d");
    mkdirSync(folder);
    writeFileSync(join(folder, "10-hangs.sh"), "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
    writeFileSync(join(folder, "20-fails.sh"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
    writeFileSync(join(folder, "30-works.sh"), "#!/bin/sh\necho it works\n", { mode: 0o755 });
    writeFileSync(join(folder, "40-is-off.sh"), "#!/bin/sh\necho never\n", { mode: 0o644 });
    expect(run(`early_folder=${folder} early_limit=1\nearly_scripts`)).toBe(
      `${folder}/10-hangs.sh took more than 1 seconds and was ended. The boot goes on.\nit works\n`,
    );
  });

  test("a console that takes nothing: the others are told, and the boot goes on after a second", () => {
    const dev = join(work, "dev");
    mkdirSync(dev);
    execFileSync("mkfifo", [join(dev, "stalled")]);
    const started = performance.now();
    // What still writes then is ended as the supervisor ends it before the real root is entered.
    const script = `consoles() { echo stalled; echo ttyS0; }\nsay "It goes on."\nkill -KILL $writers || true`;
    shell(script, { "/dev/$console": `${dev}/$console`, "/dev/kmsg": `${dev}/kmsg` });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(readFileSync(join(dev, "ttyS0"), "utf8")).toBe("\r\nholdfast: It goes on.\r\n");
    expect(readFileSync(join(dev, "kmsg"), "utf8")).toBe("<5>holdfast: It goes on.\n");
  });

  test("a /run without room for the device events", () => {
    expect(run(`run=${work}/none listening=\nlisten\necho it goes on`)).toBe("it goes on\n");
  });
});

test.each([
  ["a plain file", {}, "/usr/sbin/init"],
  ["a relative folder link", { sbin: "usr/sbin" }, "/sbin/init"],
  ["an absolute folder link", { sbin: "/usr/sbin" }, "/sbin/init"],
  ["an absolute link", { init: "/usr/sbin/init" }, "/init"],
  ["a link with .. through a folder link", { sbin: "usr/sbin", "usr/sbin/go": "../sbin/init" }, "/sbin/go"],
])("init is found inside of the real root behind %s", (_, links, init) => {
  const root = join(work, "sysroot");
  mkdirSync(join(root, "usr/sbin"), { recursive: true });
  writeFileSync(join(root, "usr/sbin/init"), "", { mode: 0o755 });
  for (const [link, target] of Object.entries(links)) symlinkSync(target, join(root, link));
  expect(run(`chroot_path ${init}`, { "/sysroot": root })).toBe("/usr/sbin/init\n");
  expect(run("chroot_path /sbin/other", { "/sysroot": root })).toBe("");
});

test("a loop of links holds no init, and ends", () => {
  symlinkSync("loop", join(work, "loop"));
  expect(run("chroot_path /loop/init", { "/sysroot": work })).toBe("");
});

describe("without Holdfast, the slot that is started first is", () => {
  /** The order of slots a, b and c; their roots are partitions 1 to 3, their stores 4 to 6. */
  function order(files: Readonly<Record<string, string>>): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), text);
    }
    const slots = ["a", "b", "c"].map((id, index) => {
      const name = `hf_slot_${index + 1}`;
      return `${name}_id=${id} ${name}_root=PARTLABEL=root_${id} ${name}_store=PARTLABEL=kernel_${id}`;
    });
    const script = `${slots.join("\n")}
      hf_slot_count=3
      find_device() {
        device=
        case $1 in
        PARTLABEL=*) device=/dev/\${1#*=} ;;
        PARTUUID=0b) device=/dev/root_b ;;
        PARTUUID=0C) device=/dev/kernel_c ;;
        esac
        [ -n "$device" ]
      }
      is_mounted() { [ -d ${work}/state ]; }
      default_order`;
    return run(script, paths()).trim();
  }
  const paths = () => ({ "/proc/": `${work}/proc/`, "/state": `${work}/state` });
  const last = { "state/.holdfast/last-slot": "b\n" };

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["the first when nothing is known", { "proc/cmdline": "quiet\n" }, "1 2 3"],
    ["the one of kern_guid=, before all others", { "proc/cmdline": "kern_guid=0C\n", ...last }, "3 1 2"],
    ["the one of Android's bootloader", { "proc/cmdline": "androidboot.slot_suffix=_c\n", ...last }, "3 1 2"],
    [
      "the one of Android's bootloader in the boot configuration",
      { "proc/cmdline": "x\n", "proc/bootconfig": 'androidboot.slot_suffix = "_c"\n', ...last },
      "3 1 2",
    ],
    ["the one of RAUC's boot script", { "proc/cmdline": "rauc.slot=C\n", ...last }, "3 1 2"],
    ["the last one before that of root=", { "proc/cmdline": "root=PARTLABEL=root_c\n", ...last }, "2 1 3"],
    ["the one of root=", { "proc/cmdline": "root=PARTUUID=0b\n" }, "2 1 3"],
    ["the first when root= names none", { "proc/cmdline": "root=UUID=0b kern_guid=\n" }, "1 2 3"],
    [
      "another when it was started so three times without being confirmed",
      { "proc/cmdline": "x\n", "state/.holdfast/starts": "a 3\nb 2\n" },
      "2 3 1",
    ],
    [
      "the same again when all were",
      { "proc/cmdline": "x\n", "state/.holdfast/starts": "a 7\nb 3\nc 4\n" },
      "1 2 3",
    ],
    [
      "not lost by a broken count",
      { "proc/cmdline": "x\n", "state/.holdfast/starts": "a many\nb\n" },
      "1 2 3",
    ],
  ])("%s", (_, files, expected) => {
    expect(order(files)).toBe(expected);
  });

  test("counted, so that one that never comes up does not keep the others away for ever", () => {
    mkdirSync(join(work, "state"));
    const script =
      "is_mounted() { true; }\nfor id in a b a a; do count_start $id; done\nstarts_of a\nstarts_of c";
    expect(run(script, paths())).toBe("3\n0\n");
    expect(readFileSync(join(work, "state/.holdfast/starts"), "utf8")).toBe("b 1\na 3\n");
  });

  test.each([
    ["the configuration", "hf_signature=required", "quiet\n"],
    [
      "the kernel command line",
      "hf_signature=optional",
      "holdfast.signature=required holdfast.signature=optional\n",
    ],
  ])("none where %s asks for signed root hashes", (_, setting, commandLine) => {
    mkdirSync(join(work, "proc"));
    writeFileSync(join(work, "proc/cmdline"), commandLine);
    const script = `${setting}
      hf_slot_count=1
      mount_state() { echo mounts; }
      mount_slot() { echo mounts; }
      enter_default`;
    expect(run(script, paths())).toMatch(/^Only images whose root hash is signed may start \(.*\n$/);
  });

  test("not counted where there is no state partition to count on", () => {
    expect(run("is_mounted() { false; }\ncount_start a\nstarts_of a", paths())).toBe("0\n");
  });
});
