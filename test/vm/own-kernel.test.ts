import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { demoSlots } from "../../src/build/demo-slots.ts";
import { run } from "../../src/build/run.ts";
import { espImage } from "../fixtures/versioned-image.ts";
import { ALL } from "./all.ts";
import { fakeBootloader } from "./fake-bootloader.ts";
import { appendPartition } from "./gpt-disk.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

function partitionOf(disk: string, name: string): { uuid: string; start: number } {
  const { partitiontable } = JSON.parse(run("sfdisk", ["--json", disk]));
  return partitiontable.partitions.find((each: { name: string }) => each.name === name);
}

/** The slots of the demo disk, B with a kernel of its own on a partition for it. */
const SLOTS = `
[[slot]]
id = "a"
label = "Slot A"
store = "PARTLABEL=kernel_a"
root = "PARTLABEL=root_a"
[[slot]]
id = "b"
label = "Slot B"
store = "PARTLABEL=kernel_b"
root = "PARTLABEL=root_b"
[slot.kernel]
device = "PARTLABEL=boot_b"
linux = "/vmlinuz"
initrd = ["/initramfs"]
options = "quiet loglevel=3 panic=5 gpt demo.agent"
`;

/** The same slots, B with its kernel in the unified kernel image that starts it. */
const ENTRIES = `
[boot]
scheme = "systemd-boot"
[systemd-boot]
esp = "PARTLABEL=entries"
kexec = true
[[slot]]
id = "a"
label = "Slot A"
root = "PARTLABEL=root_a"
[[slot]]
id = "b"
label = "Slot B"
root = "PARTLABEL=root_b"
`;

describe("a slot whose root has no modules for the running kernel", () => {
  let machines: Bench;
  let own: { readonly kernel: string; readonly initramfs: string };
  beforeEach(async () => {
    const [a, b] = demoSlots();
    if (a === undefined || b === undefined) throw new Error("The demo has two slots");
    machines = await bench({
      name: "test-own-kernel",
      slots: [a, { ...b, kernel: "cloud-amd64" }],
      files: { "etc/holdfast/config.d/50-own-kernel.toml": SLOTS },
    });
    own = await machines.ownKernel("cloud-amd64");
  });
  afterEach(() => machines.clear());

  test("is entered through the bootloader where its kernel is not there: select, reboot, and that starts it", async () => {
    const machine = await machines.start({ words: ["holdfast.menu"], endAtReboot: true });
    const { terminal } = machine;
    await terminal.waitFor(/> 3 Start Slot A/);
    terminal.type("2");
    await terminal.waitFor(/> 1 .*[Rr]estart/);
    expect(terminal.screen()).toMatch(/Starts +By a restart/);
    expect(terminal.screen().replace(/\s+/g, " ")).toMatch(
      /Its own kernel cannot be started from here: .*boot_b/,
    );
    terminal.type("1");
    await machine.waitForEnd();
    expect(readCounters(machines.disk, "b").priority).toBeGreaterThan(
      readCounters(machines.disk, "a").priority,
    );

    const choice = fakeBootloader(machines.disk, ["a", "b"]);
    expect(choice?.slot).toBe("b");
    const second = await machines.start({ ...own, words: choice?.words ?? [], panel: null });
    const record = await waitForSlot(second, "b");
    expect(record).toMatchObject({ slot: "b", reason: { code: "bootloader-chose" } });
    expect(record.kernel).toMatch(/cloud/);
    // The firmware counted one try; Holdfast did not count another.
    expect(readCounters(machines.disk, "b").tries).toBe(2);
    await waitForGoodMark(second, "b");
    expect(readCounters(machines.disk, "b")).toMatchObject({ tries: 0, successful: true });
  });

  test("is started with its kernel by kexec, counted once, and none of the old kernel's words follow", async () => {
    const folder = `${machines.disk}.boot`;
    mkdirSync(folder);
    run("cp", [own.kernel, `${folder}/vmlinuz`]);
    run("cp", [own.initramfs, `${folder}/initramfs`]);
    run("mkfs.erofs", ["--quiet", `${folder}.erofs`, folder]);
    appendPartition(machines.disk, "boot_b", `${folder}.erofs`);
    const machine = await machines.start({ words: ["holdfast.menu", "holdfast.shell=0", "demo.leak"] });
    const { terminal, agent } = machine;
    await terminal.waitFor(/> 3 Start Slot A/);
    terminal.type("2");
    await terminal.waitFor(/> 1 Start Slot B/);
    expect(terminal.screen()).toMatch(/Starts +From here, with its own kernel/);
    terminal.type("1");
    const record = await waitForSlot(machine, "b", 120_000);
    expect(record).toMatchObject({ slot: "b", reason: { code: "bootloader-chose" } });
    expect(record.kernel).toMatch(/cloud/);
    expect(readCounters(machines.disk, "b").tries).toBe(2);
    const line = (await agent.output("cat /proc/cmdline")).trim();
    expect(line).toMatch(
      /^quiet loglevel=3 panic=5 gpt demo\.agent console=tty0 console=ttyS0,115200 root=PARTUUID=\S+ holdfast\.slot=b$/,
    );
    await waitForGoodMark(machine, "b");
    expect(readCounters(machines.disk, "b")).toMatchObject({ tries: 0, successful: true });
  });
});

describe.runIf(ALL)("a slot whose boot entry has the only kernel that fits", () => {
  const UKI = "EFI/Linux/b+2-0.efi";
  let machines: Bench;
  beforeAll(async () => {
    const [a, b] = demoSlots();
    if (a === undefined || b === undefined) throw new Error("The demo has two slots");
    machines = await bench({
      name: "test-entry-kernel",
      slots: [a, { ...b, kernel: "cloud-amd64" }],
      modules: ["vfat", "nls_cp437", "nls_ascii"],
      files: { "etc/holdfast/config.d/50-entries.toml": ENTRIES },
    });
    const own = await machines.ownKernel("cloud-amd64");
    const [first, second] = ["root_a", "root_b"].map((name) => partitionOf(machines.disk, name).uuid);
    const files = {
      "loader/entries/a.conf": { file: `${machines.disk}.conf` },
      [UKI]: {
        uki: {
          osRelease: "ID=demo\nVERSION_ID=2.1\n",
          commandLine: `quiet loglevel=3 panic=5 gpt demo.agent root=PARTUUID=${second}`,
          parts: { ".linux": own.kernel, ".initrd": own.initramfs },
        },
      },
    };
    writeFileSync(`${machines.disk}.conf`, `linux /vmlinuz\noptions root=PARTUUID=${first}\n`);
    espImage(`${machines.disk}.esp`, 160, files);
    appendPartition(machines.disk, "entries", `${machines.disk}.esp`);
  });
  afterAll(() => machines.clear());

  test("is started by gate itself, without a menu: out of its unified kernel image, one try counted in its name", async () => {
    const machine = await machines.start({ panel: null });
    const record = await waitForSlot(machine, "b", 150_000);
    expect(record).toMatchObject({ slot: "b", reason: { code: "bootloader-chose" } });
    expect(record.kernel).toMatch(/cloud/);
    expect(machine.terminal.history()).not.toMatch(/Start Slot/);
    const { agent } = machine;
    expect((await agent.output("cat /proc/cmdline")).trim()).toMatch(
      /^quiet loglevel=3 panic=5 gpt demo\.agent root=PARTUUID=\S+ console=\S+ .*holdfast\.slot=b$/,
    );
    expect(
      run("mdir", [
        "-b",
        "-i",
        `${machines.disk}@@${partitionOf(machines.disk, "entries").start * 512}`,
        "::/EFI/Linux",
      ]),
    ).toMatch(/b\+1-1\.efi/);
  });
});
