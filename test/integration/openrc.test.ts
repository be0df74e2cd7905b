import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT } from "../../src/build/paths.ts";

/** Stands in for Holdfast: notes how it is called. */
const FAKE_HOLDFAST = '#!/bin/sh\necho "holdfast $*" >>/calls\n';

/** The script names its programs by their paths, so that it is run in a root of its own. */
const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)("OpenRC's script, run by a stand-in under busybox", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "holdfast-openrc-"));
    mkdirSync(join(root, "bin"));
    copyFileSync("/bin/busybox", join(root, "bin/busybox"));
    spawnSync("chroot", [root, "/bin/busybox", "--install", "-s", "/bin"]);
    const services = join(PROJECT, "initramfs-hooks/services");
    for (const [file, path] of [
      [join(import.meta.dirname, "openrc/fake-openrc-run"), "sbin/openrc-run"],
      [join(services, "holdfast.openrc"), "etc/init.d/holdfast"],
      [join(services, "health"), "usr/libexec/holdfast/health"],
      [join(services, "login-message"), "usr/libexec/holdfast/login-message"],
    ] as const)
      write(path, readFileSync(file, "utf8"), 0o755);
    write("usr/bin/holdfast", FAKE_HOLDFAST, 0o755);
    write(
      "run/holdfast/boot.json",
      '{ "version": 1, "slot": "a", "reason": { "code": "default", "text": "" } }',
    );
    write("dev/null", "");
    write("calls", "");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  }
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const service = (command: string) =>
    spawnSync("chroot", [root, "/etc/init.d/holdfast", command], { encoding: "utf8" });

  test("comes last, and behind the file systems", () => {
    expect(service("depend").stdout).toBe("need localmount\nafter *\n");
  });

  test("a system that works is confirmed", () => {
    expect(service("start").status).toBe(0);
    expect(read("calls")).toBe("holdfast mark good\n");
  });

  test("one whose required check fails is not, and the login says so", () => {
    write("etc/holdfast/health.d/required.d/10-network", "#!/bin/sh\nexit 1\n", 0o755);
    const { status, stderr } = service("start");
    expect([status, stderr]).toEqual([1, " * A required health check failed [ !! ]\n"]);
    expect(read("calls")).toBe("");
    expect(read("run/motd.d/holdfast")).toContain("A health check failed: 10-network (required).");
  });

  test("one that Holdfast did not enter has nothing to confirm", () => {
    rmSync(join(root, "run/holdfast/boot.json"));
    expect(service("start")).toMatchObject({ status: 0, stdout: "" });
    expect(read("calls")).toBe("");
  });

  test("a reset is asked for by a word of its own", () => {
    expect(service("reset").status).toBe(0);
    expect(read("calls")).toBe("holdfast reset --scope all --next-boot --yes\n");
  });
});
