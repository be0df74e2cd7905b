import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT } from "../../src/build/paths.ts";

/** The supervisor without its flow: functions and settings, which do nothing by themselves. */
const [FUNCTIONS = ""] = readFileSync(join(PROJECT, "initramfs-hooks/standalone/init"), "utf8").split(
  "# --- The flow",
);

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "supervisor-"));
});
afterEach(() => rmSync(work, { recursive: true }));

/** Standard output of a shell that has the supervisor's functions. */
function run(script: string, sysroot = "/sysroot"): string {
  const functions = FUNCTIONS.replaceAll("/sysroot", sysroot);
  return execFileSync("busybox", ["sh", "-c", `${functions}\nsay() { echo "$*"; }\n${script}`], {
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
  expect(run(`chroot_path ${init}`, root)).toBe("/usr/sbin/init\n");
  expect(run("chroot_path /sbin/other", root)).toBe("");
});

test("a loop of links holds no init, and ends", () => {
  symlinkSync("loop", join(work, "loop"));
  expect(run("chroot_path /loop/init", work)).toBe("");
});
