import { spawnSync } from "node:child_process";
import {
  chmodSync,
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
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { libraryClosure } from "../../src/build/closure.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { HOST, targetOf } from "../../src/build/target.ts";
import { openrc } from "../../src/build/tools.ts";
import { run } from "./tools.ts";

/** Stands in for Holdfast: notes how it is called. */
const FAKE_HOLDFAST = '#!/bin/sh\necho "holdfast $*" >>/calls\n';

/** What OpenRC makes of /run/openrc at a start. */
const STATES = "starting started stopping inactive wasinactive failed hotplugged daemons options exclusive";

/** The script names its programs by their paths, so that it is run in a root of its own. */
const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)("OpenRC's script, run by its own openrc-run under busybox", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "holdfast-openrc-"));
    run("cp", ["-a", `${openrc()}/.`, root]);
    copyFileSync("/bin/busybox", join(root, "bin/busybox"));
    spawnSync("chroot", [root, "/bin/busybox", "--install", "-s", "/bin"]);
    const programs = ["sbin/openrc-run", "lib/rc/bin/einfo"].map((path) => join(root, path));
    const own = readdirSync(join(root, "lib")).map((name) => join(root, "lib", name));
    for (const library of libraryClosure(programs, [...own, ...targetOf(HOST).libraries]))
      if (!library.startsWith(root)) place(library.slice(1), library);
    const services = join(PROJECT, "initramfs-hooks/services");
    place("etc/init.d/holdfast", join(services, "holdfast.openrc"), 0o755);
    for (const name of ["health", "login-message"])
      place(`usr/libexec/holdfast/${name}`, join(services, name), 0o755);
    write("etc/init.d/localmount", "#!/sbin/openrc-run\nstart() { :; }\n", 0o755);
    write("usr/bin/holdfast", FAKE_HOLDFAST, 0o755);
    for (const path of ["etc/insserv.conf", "proc/filesystems", "dev/null"]) write(path, "");
  });
  afterAll(() => rmSync(root, { recursive: true }));
  beforeEach(() => {
    for (const path of ["run", "etc/holdfast"]) rmSync(join(root, path), { recursive: true, force: true });
    for (const state of STATES.split(" ")) mkdirSync(join(root, "run/openrc", state), { recursive: true });
    write("run/openrc/softlevel", "default\n");
    write(
      "run/holdfast/boot.json",
      '{ "version": 1, "slot": "a", "reason": { "code": "default", "text": "" } }',
    );
    write("calls", "");
  });

  function write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  }
  function place(path: string, file: string, mode = 0o755): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(file, join(root, path));
    chmodSync(join(root, path), mode);
  }
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const service = (command: string) =>
    spawnSync("chroot", [root, "/etc/init.d/holdfast", command], { encoding: "utf8" });
  const state = () => service("status").stdout.trim();

  test("needs the file systems", () => {
    expect(service("ineed").stdout).toMatch(/^localmount *$/m);
  });

  test("a system that works is confirmed", () => {
    expect(service("start").status).toBe(0);
    expect(read("calls")).toBe("holdfast mark good\n");
    expect(state()).toBe("* status: started");
  });

  test("one whose required check fails is not, and the login says so", () => {
    write("etc/holdfast/health.d/required.d/10-network", "#!/bin/sh\nexit 1\n", 0o755);
    const { status, stderr } = service("start");
    expect(status).toBe(1);
    expect(stderr).toMatch(/A required health check failed[\s\S]*holdfast failed to start/);
    expect(read("calls")).toBe("");
    expect(read("run/motd.d/holdfast")).toContain("A health check failed: 10-network (required).");
    expect(state()).toBe("* status: stopped");
  });

  test("one that Holdfast did not enter has nothing to confirm", () => {
    rmSync(join(root, "run/holdfast/boot.json"));
    expect(service("start")).toMatchObject({ status: 0, stdout: expect.not.stringContaining("Checking") });
    expect(read("calls")).toBe("");
    expect(existsSync(join(root, "run/motd.d"))).toBe(false);
  });

  test("a reset is asked for by a word of its own", () => {
    expect(service("reset").status).toBe(0);
    expect(read("calls")).toBe("holdfast reset --scope all --next-boot --yes\n");
  });
});
