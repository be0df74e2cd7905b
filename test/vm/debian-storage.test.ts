import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { type DebianStorage, debianStorage, PASSPHRASE } from "./debian-storage.ts";
import { DebianSystem, START } from "./debian-system.ts";

/** What the root lies on, the nearest first, without the partition and the disk. */
const VOLUMES = "lsblk -rno NAME,TYPE --inverse \"$(findmnt -no SOURCE /)\" | grep -v 'part\\|disk'";

describe.runIf(ALL)("a Debian with cryptsetup, LVM, plymouth and swap", () => {
  let folder: string;
  let disk: string;
  let parts: DebianStorage;
  let debian: DebianSystem | undefined;
  beforeAll(async () => {
    parts = await debianStorage();
    folder = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
    disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.disk, disk]);
  }, 600_000);
  afterEach(() => debian?.stop());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (initramfs: string, words: readonly string[]) => {
    const { kernel } = parts;
    debian = await DebianSystem.startWith({ kernel, initramfs, disk }, { words: ["ro", "splash", ...words] });
    return debian;
  };

  test("without slots goes on as ever: break=, rootdelay=, resume= and splash do what they do", async () => {
    // Without panic=, which every machine of the tests has, break= gives a shell.
    const waits = ["rootdelay=4", "resume=PARTLABEL=swap", "break=mountroot", "panic="];
    const vm = await start(parts.unconfigured, ["root=PARTLABEL=system", ...waits]);
    const { terminal } = vm.machine;
    await terminal.waitFor(/\(initramfs\)/, START);
    terminal.answer(
      "ls -d /run/holdfast; echo 'echo resume was tried >/dev/kmsg' >>/scripts/local-premount/ORDER; exit\r",
    );
    await terminal.waitFor(/\/run\/holdfast: No such file/);
    await vm.running();
    expect(terminal.log()).not.toContain("Boot menu");
    expect(await vm.output("findmnt -no SOURCE /")).toBe("/dev/vda1");
    expect(await vm.code("cat /run/holdfast/boot.json")).toBe(1);
    expect(await vm.output("cat /sys/power/resume")).toBe("254:3");
    const said = (await vm.output("dmesg")).match(/resume was tried|goes on as without Holdfast/g);
    expect(said).toEqual(["resume was tried", "goes on as without Holdfast"]);
  });

  // What an initramfs opens before the root is mounted, as /etc/crypttab would say it.
  const LUKS = ["root=/dev/mapper/root_a", "cryptopts=target=root_a,source=/dev/pool/luks_a,luks"];

  test("slots on LUKS and LVM: the passphrase at the splash's prompt, the menu in its place, the encrypted root", async () => {
    const vm = await start(parts.configured, ["holdfast.menu", ...LUKS]);
    const { terminal } = vm.machine;
    await terminal.waitFor(/unlock disk root_a/, START);
    terminal.answer(`${PASSPHRASE}\r`);
    await terminal.waitFor(/Boot menu/, START);
    expect(terminal.screen()).toContain("The kernel command line asks for this menu");
    terminal.type("1");
    await terminal.waitFor(/^> 1 Start Slot A$/m);
    terminal.type("1");
    const record = await vm.started("a");
    expect(record.reason).toEqual({ code: "chosen", text: "Slot A was chosen in the menu." });
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(await vm.output("findmnt -no FSTYPE,OPTIONS /")).toMatch(/^erofs +ro/);
    expect(await vm.output(VOLUMES)).toBe("root_a crypt\npool-luks_a lvm");
    expect(await vm.stateOf("holdfast-mark-good")).toBe("active");
    await vm.output("holdfast select b && sync");
  });

  test("a root on LVM, chosen in the running system, is started at the next start", async () => {
    const vm = await start(parts.configured, LUKS.slice(0, 1));
    const record = await vm.started("b");
    expect(await vm.output(VOLUMES)).toBe("pool-root_b lvm");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
  });

  test("holdfast.off leaves the start to the kernel command line", async () => {
    const vm = await start(parts.configured, ["holdfast.off", "root=/dev/mapper/pool-root_b"]);
    await vm.running();
    expect(await vm.output("findmnt -no SOURCE /")).toBe("/dev/mapper/pool-root_b");
    expect(await vm.code("cat /run/holdfast/boot.json")).toBe(1);
    expect(await vm.output("dmesg")).toContain("The kernel command line says holdfast.off");
    expect(await vm.stateOf("holdfast-mark-good")).toBe("inactive");
  });
});
