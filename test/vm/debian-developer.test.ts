import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { type DebianMachine, debianMachine } from "./debian-machine.ts";
import { Machine } from "./machine.ts";
import { until } from "./until.ts";

/** Extensions of every kind where systemd-sysext looks, and one for developers. */
const EXTENSIONS = `
	extension() {
		mkdir -p "$1/usr/share/from" "$1/usr/lib/extension-release.d"
		echo "$1" >"$1/usr/share/from/$(basename "$1")"
		[ -z "$2" ] || printf 'ID=debian\\nVERSION_ID=%s\\n' "$2" >"$1/usr/lib/extension-release.d/extension-release.$(basename "$1")"
	}
	cd /var/lib && mkdir -p extensions && cd extensions
	extension fits 12
	extension former 11
	extension mute ''
	extension unwanted 12
	mkdir -p /state/.holdfast/extensions && cd /state/.holdfast/extensions
	extension tools 12
	echo '{"version":1,"sysext":["unwanted"],"confext":[]}' >/state/.holdfast/extensions.json
`;
const MERGED = "ls /usr/share/from 2>/dev/null; true";

describe.runIf(ALL)("developer mode of a Debian with systemd 252", () => {
  let folder: string;
  let machine: Machine | undefined;
  let parts: DebianMachine;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
    const made = await debianMachine();
    parts = { ...made, disk: join(folder, "disk.img") };
    run("cp", ["--sparse=always", "--reflink=auto", made.disk, parts.disk]);
  }, 600_000);
  afterAll(async () => {
    await machine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A start that all units of Debian are done with. */
  const start = async (...more: string[]): Promise<Machine> => {
    await machine?.stop();
    const words = ["root=PARTLABEL=root_a", "ro", ...more];
    const vm = await Machine.start({ ...parts, words, panel: null });
    machine = vm;
    await vm.agent.ready(240_000);
    await until(async () => (await vm.agent.run("systemctl list-jobs | grep -q 'No jobs'")).code === 0, {
      what: "the end of the start",
      timeout: 240_000,
      interval: 1000,
      describe: () => vm.terminal.describe(),
    });
    return vm;
  };

  test("opens a shell on the serial line, and has the real systemd-sysext merge what fits", async () => {
    let vm = await start();
    await vm.agent.output(EXTENSIONS);
    expect(await vm.agent.output(MERGED)).toBe("");
    await vm.agent.output(
      "holdfast developer on --feature shell --feature dev-extension --feature writable-usr",
    );
    await vm.agent.output("sync");

    vm = await start();
    expect(await vm.agent.output(MERGED)).toBe("fits\ntools");
    expect(await vm.agent.output("systemd-sysext status --no-pager")).toMatch(/\/usr\s+fits\b.*\n\s+tools/);
    const { notes } = JSON.parse(await vm.agent.output("cat /run/holdfast/boot.json"));
    expect(notes).toEqual([expect.stringMatching(/systemd-sysext unmerge lets it/)]);
    expect(await vm.agent.output("systemctl is-active holdfast-shell@ttyS0")).toBe("active");
    await vm.terminal.waitFor(/^#$/m);
    // A getty that gives the line up at this moment takes what is typed with it.
    const isAnswered = () => /^serial-42-0/m.test(vm.terminal.history());
    const typed = () => {
      if (!isAnswered()) vm.terminal.type("\recho serial-$((40 + 2))-$(id -u)\r");
      return isAnswered();
    };
    await until(typed, {
      what: "an answer of the shell",
      timeout: 60_000,
      interval: 5000,
      describe: () => vm.terminal.describe(),
    });
    await vm.agent.output("sync");
  }, 600_000);

  test("has nothing of it in a safe start", async () => {
    const vm = await start("holdfast.safe");
    expect(await vm.agent.output(MERGED)).toBe("");
    expect((await vm.agent.run("systemctl is-active holdfast-shell@ttyS0 systemd-sysext")).code).not.toBe(0);
  }, 300_000);
});
