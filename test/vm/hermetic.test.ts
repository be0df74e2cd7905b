import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { espNames } from "./efi-disk.ts";
import { EfiMachine } from "./efi-machine.ts";
import {
  type HermeticDisk,
  hermeticDisk,
  hermeticInitramfs,
  INIT_START,
  NEWER,
  nestedDisk,
  OLDER,
} from "./hermetic.ts";
import { Machine } from "./machine.ts";

const SECTOR = 512;

/** Start of a partition and its size in bytes, as sfdisk reads the table. */
function partitionAt(image: string, number: number): { start: number; size: number } {
  const table = JSON.parse(run("sfdisk", ["--json", image])).partitiontable;
  const { start, size } = table.partitions[number - 1];
  return { start: start * SECTOR, size: size * SECTOR };
}

/** Turns over one byte of a file. */
function flip(file: string, at: number): void {
  const fd = openSync(file, "r+");
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  writeSync(fd, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
  closeSync(fd);
}

describe("two versions inside one partition of a phone's disk, booted by their kernel alone", () => {
  let folder: string;
  let disk: string;
  let parts: HermeticDisk;
  let machine: Machine | undefined;
  /** Byte of the disk where the inner one begins. */
  let inner: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-hermetic-"));
    parts = await nestedDisk("hermetic-nested", await hermeticDisk("hermetic", [], { withKernels: false }));
    disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.image, disk]);
    inner = partitionAt(disk, 3).start;
  });
  afterAll(async () => {
    await machine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async () => {
    await machine?.stop();
    machine = await Machine.start({ ...parts, disk, panel: null });
    return machine;
  };
  /** Byte of the disk where the /usr of a version begins. */
  const usrOf = (version: string) => {
    const whole = readInner(disk, inner);
    return inner + partitionAt(whole, version === OLDER ? 3 : 5).start;
  };
  const record = async (of: Machine) => JSON.parse(await of.agent.output("cat /run/holdfast/boot.json"));

  test("the newest starts from a root in memory with its /usr proved and read-only, one try counted", async () => {
    const vm = await start();
    await vm.terminal.waitForHistory(new RegExp(`This is slot ${NEWER}`), 120_000);
    await vm.agent.ready();
    expect(await record(vm)).toMatchObject({ slot: NEWER, counters: { triesLeft: 1, triesDone: 1 } });
    const mounts = await vm.agent.output("cat /proc/mounts");
    expect(mounts).toMatch(/^tmpfs \/ tmpfs rw/m);
    expect(mounts).toMatch(/^\/dev\/mapper\/usr \/usr erofs ro/m);
    expect(await vm.agent.output("ls -d /etc/machine-id 2>&1; true")).toMatch(/No such file/);
    expect(await vm.agent.output("readlink /bin; readlink /run/systemd/volatile-root")).toMatch(
      /^usr\/bin\n\/dev\/block\/\d+:\d+$/,
    );
    // The judge of the mapped device is veritysetup.
    const judged = await vm.agent.output("veritysetup status usr");
    expect(judged).toMatch(/type:\s+VERITY/);
    expect(judged).toMatch(/status:\s+verified/);
    expect(judged).toContain(parts.versions[1]?.rootHash);
  });

  test("from inside, check finds the disk in the partition, certain of the running slot", async () => {
    const { code, output } = (await machine?.agent.run("holdfast check", 60_000)) ?? { code: 1, output: "" };
    expect(output).toContain("found  systemd-boot: boot entries on /dev/vda#3");
    expect(output).toContain(`running slot: ${NEWER} (certain)`);
    expect([code, output.trim().split("\n").at(-1)]).toEqual([0, "Everything is right."]);
    await machine?.agent.output("sync");
  });

  test("a byte of its init turned over: marked bad with the reason, and the older one starts instead", async () => {
    await machine?.stop();
    const at = usrOf(NEWER);
    const image = readFileSync(parts.versions[1]?.file ?? "");
    flip(disk, at + image.indexOf(INIT_START) + 5);
    const vm = await start();
    await vm.terminal.waitForHistory(new RegExp(`This is slot ${OLDER}`), 120_000);
    await vm.agent.ready();
    expect(vm.terminal.log()).toContain(`Slot ${NEWER} cannot be started: /usr is damaged or was changed`);
    const { slot, reason } = await record(vm);
    expect(slot).toBe(OLDER);
    expect(reason.code).toBe("fallback");
    expect(reason.text).toMatch(/\/usr is damaged or was changed: dm-verity found a wrong block/);
    const status = JSON.parse((await vm.agent.run("holdfast status --json", 60_000)).output);
    const [newer] = status.slots.filter((each: { id: string }) => each.id === NEWER);
    expect([newer.health, newer.triesLeft]).toEqual(["bad", 0]);
  }, 600_000);
});

/** The inner disk as a file that sfdisk can read: its first MiB is enough for its table. */
function readInner(disk: string, start: number): string {
  const out = `${disk}.inner`;
  run("dd", [`if=${disk}`, `of=${out}`, "bs=1M", `skip=${start / 2 ** 20}`, "conv=sparse", "status=none"]);
  return out;
}

describe.runIf(ALL)("where Holdfast itself is broken", () => {
  let folder: string;
  let machine: Machine | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-hermetic-"));
  });
  afterAll(async () => {
    await machine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the supervisor starts the /usr that the kernel command line names, proved, and no damaged one", async () => {
    const parts = await hermeticDisk("hermetic", [], { withKernels: false });
    const disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.image, disk]);
    const initramfs = await hermeticInitramfs({ broken: true });
    const words = [`usrhash=${parts.versions[0]?.rootHash}`, "root=tmpfs"];
    machine = await Machine.start({ ...parts, initramfs, disk, words, panel: null });
    await machine.terminal.waitForHistory(new RegExp(`This is slot ${OLDER}`), 120_000);
    await machine.agent.ready();
    expect(await machine.agent.output("veritysetup status holdfast-image")).toMatch(/status:\s+verified/);
    expect(await machine.agent.output("cat /proc/mounts")).toMatch(/^tmpfs \/ tmpfs rw/m);
    await machine.stop();

    const image = readFileSync(parts.versions[0]?.file ?? "");
    flip(disk, partitionAt(disk, 3).start + image.indexOf(INIT_START) + 5);
    machine = await Machine.start({ ...parts, initramfs, disk, words, panel: null });
    await machine.terminal.waitForHistory(/No slot could be started/, 120_000);
    // Wherever the terminal breaks its lines.
    expect(machine.terminal.history().replaceAll("\n", "")).toContain(
      "What it names cannot be started: it is damaged or was changed: dm-verity found a wrong block.",
    );
  }, 600_000);
});

describe.runIf(ALL)("the same disk under OVMF and systemd-boot, the newer version broken", () => {
  let machine: EfiMachine;
  beforeAll(async () => {
    const disk = await hermeticDisk("hermetic-efi", [`demo.fails.${NEWER}`], { withKernels: true });
    machine = await EfiMachine.start(disk.image);
  });
  afterAll(() => machine?.stop());

  test("two starts are counted in the name of its image, then the older one starts, bound to its own /usr", async () => {
    await machine.waitForLog(new RegExp(`(?:This is slot ${NEWER}[\\s\\S]*){2}`), 400_000);
    await machine.waitForLog(new RegExp(`This is slot ${OLDER}`), 240_000);
    await machine.agent.ready();
    expect(espNames(machine.disk, "EFI/Linux")).toEqual([
      `duranium_phosh_13_${OLDER}.efi`,
      `duranium_phosh_13_${NEWER}+0-2.efi`,
    ]);
    const { output } = await machine.agent.run("holdfast check", 90_000);
    expect(output).toMatch(/found {2}systemd-boot: LoaderInfo says systemd-boot .*\(certain/);
    expect(output).toContain(`running slot: ${OLDER} (certain)`);
    const status = JSON.parse((await machine.agent.run("holdfast status --json", 90_000)).output);
    expect(status).toMatchObject({
      ...{ scheme: "systemd-boot", counting: "bootloader", default: OLDER },
      booted: { slot: OLDER, certain: true },
    });
    expect(status.slots).toMatchObject([
      { id: OLDER, health: "good" },
      { id: NEWER, health: "bad", triesLeft: 0, triesDone: 2 },
    ]);
  }, 700_000);
});
