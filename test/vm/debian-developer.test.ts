import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoInitramfs } from "../../src/build/demo-machine.ts";
import { demoSlots } from "../../src/build/demo-slots.ts";
import { HOST } from "../../src/build/target.ts";
import { ALL } from "./all.ts";
import { debianMachine } from "./debian-machine.ts";
import { Machine } from "./machine.ts";

/** A USB port inside the machine: a gadget with a serial line, and the host that it is plugged into. */
const USB_MODULES = ["dummy_hcd", "g_serial", "cdc_acm"];

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
  let parts: { kernel: string; initramfs: string; disk: string };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
    const made = await debianMachine();
    const initramfs = await demoInitramfs("amd64", {
      ...{ name: "test-debian-developer", arch: HOST, slots: demoSlots(), scheme: "chromeos-gpt" },
      state: { toml: 'create = true\ndirectories = ["var", "home"]\n', mib: 96, blank: true },
      ...{ modules: USB_MODULES, panels: [], add: null },
    });
    parts = { kernel: made.kernel, initramfs, disk: join(folder, "disk.img") };
    cpSync(made.disk, parts.disk);
  }, 600_000);
  afterAll(async () => {
    await machine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (words: readonly string[] = []): Promise<Machine> => {
    await machine?.stop();
    machine = await Machine.start({ ...parts, words, panel: null });
    await machine.agent.ready(240_000);
    return machine;
  };

  test("opens a shell on the serial line and on USB, and has the real systemd-sysext merge what fits", async () => {
    let vm = await start();
    await vm.agent.output(EXTENSIONS);
    expect(await vm.agent.output(MERGED)).toBe("");
    await vm.agent.output(
      "holdfast developer on --feature shell --feature dev-extension --feature writable-usr",
    );
    await vm.agent.output("sync");

    vm = await start();
    await vm.agent.run("systemctl is-system-running --wait", 180_000);
    expect(await vm.agent.output(MERGED)).toBe("fits\ntools");
    expect(await vm.agent.output("systemd-sysext status --no-pager")).toMatch(/\/usr\s+fits\n\s+tools/);
    const { notes } = JSON.parse(await vm.agent.output("cat /run/holdfast/boot.json"));
    expect(notes).toEqual([expect.stringMatching(/systemd-sysext unmerge lets it/)]);
    vm.terminal.type("\recho serial-$((40 + 2))-$(id -u)\r");
    await vm.terminal.waitForHistory(/^serial-42-0/m);
    await vm.agent.output("stty -F /dev/ttyACM0 raw -echo");
    const usb =
      "(sleep 1; echo 'echo usb-$((40 + 2))-$(id -u)' >/dev/ttyACM0) & timeout 5 cat /dev/ttyACM0; true";
    expect(await vm.agent.output(usb)).toMatch(/^usb-42-0/m);
    await vm.agent.output("sync");
  }, 600_000);

  test("has nothing of it in a safe start", async () => {
    const vm = await start(["holdfast.safe"]);
    await vm.agent.run("systemctl is-system-running --wait", 180_000);
    expect(await vm.agent.output(MERGED)).toBe("");
    expect((await vm.agent.run("systemctl is-active holdfast-shell@ttyS0 systemd-sysext")).code).not.toBe(0);
  }, 300_000);
});
