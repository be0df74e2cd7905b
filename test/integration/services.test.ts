import { execFileSync, spawnSync } from "node:child_process";
import {
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

const SERVICES = join(PROJECT, "initramfs-hooks/services");

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-services-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}

function run(shell: readonly string[], script: string, more: Readonly<Record<string, string>> = {}) {
  const [command = "", ...words] = shell;
  const env = { PATH: "/usr/bin:/bin", holdfast_root: root, ...more };
  const { status, stdout } = spawnSync(command, [...words, join(SERVICES, script)], {
    encoding: "utf8",
    env,
  });
  return { status, stdout };
}

const read = (path: string) => readFileSync(join(root, path), "utf8");

describe.each([[["dash"]], [["busybox", "sh"]]])("in %s", (shell) => {
  test("the health checks run in order; a required one that fails fails the start, a wanted one is told of", () => {
    const script = (code: number) => `#!/bin/sh\necho "\${0##*/}" >>${root}/ran\nexit ${code}\n`;
    write("etc/holdfast/health.d/required.d/20-second", script(0), 0o755);
    write("usr/lib/holdfast/health.d/required.d/10-first", script(0), 0o755);
    write("etc/holdfast/health.d/required.d/30-off", script(1));
    write("etc/holdfast/health.d/wanted.d/10-network", script(1), 0o755);
    expect(run(shell, "health")).toMatchObject({ status: 0 });
    expect(read("ran")).toBe("10-first\n20-second\n10-network\n");
    expect(read("run/holdfast/health")).toBe("wanted 10-network\n");

    write("etc/holdfast/health.d/required.d/20-second", script(3), 0o755);
    write("etc/holdfast/health.d/required.d/25-hangs", "#!/bin/sh\nexec sleep 60\n", 0o755);
    expect(run(shell, "health", { holdfast_limit: "1" })).toMatchObject({ status: 1 });
    expect(read("run/holdfast/health")).toBe("required 20-second\nrequired 25-hangs\nwanted 10-network\n");
  });

  test("a system without checks is well", () => {
    expect(run(shell, "health")).toEqual({ status: 0, stdout: "" });
  });

  const record = (code: string, text: string) =>
    write(
      "run/holdfast/boot.json",
      JSON.stringify({ version: 1, slot: "b", reason: { code, text }, notes: [] }, null, 2),
    );

  test("the login is told of a fallback in its own words, and of checks that failed", () => {
    const text = 'Slot A ("2.0\\beta") did not start after 2 tries, so slot B is used.';
    record("fallback", text);
    write("run/holdfast/health", "wanted 10-network\n");
    expect(run(shell, "login-message").status).toBe(0);
    expect(read("run/motd.d/holdfast")).toBe(
      `${text}\nA health check failed: 10-network (wanted).\nMore about it: holdfast status\n`,
    );
  });

  test("an ordinary start says nothing, and takes back what an earlier one said", () => {
    write("run/motd.d/holdfast", "old\n");
    record("default", "Slot A is the default.");
    run(shell, "login-message");
    expect(existsSync(join(root, "run/motd.d/holdfast"))).toBe(false);
    rmSync(join(root, "run/holdfast"), { recursive: true });
    expect(run(shell, "login-message").status).toBe(0);
  });
});

test.each([
  ["the running system", SERVICES],
  ["the initramfs", join(SERVICES, "../systemd")],
])("systemd finds nothing wrong with the units of %s, nor a cycle among them", (_, sources) => {
  const folder = join(root, "units");
  mkdirSync(folder);
  const units = readdirSync(sources).filter((name) => name.endsWith(".service"));
  for (const name of units) {
    // The programs are not on this machine.
    const text = readFileSync(join(sources, name), "utf8").replace(/^(Exec\w+=)\S+/gm, "$1/bin/true");
    writeFileSync(join(folder, name), text);
  }
  const paths = units.map((name) => join(folder, name));
  const env = { ...process.env, SYSTEMD_LOG_LEVEL: "warning" };
  const said = spawnSync("systemd-analyze", ["verify", "--man=no", ...paths], {
    encoding: "utf8",
    env,
  }).stderr;
  expect(said.split("\n").filter((line) => line.includes("holdfast"))).toEqual([]);
  expect(execFileSync("systemd-analyze", ["--version"], { encoding: "utf8" })).toContain("systemd");
});
