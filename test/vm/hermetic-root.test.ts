import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { makeSigningKey } from "../fixtures/signing.ts";
import { ALL } from "./all.ts";
import { patch } from "./gpt-disk.ts";
import {
  type HermeticDisk,
  hermeticDisk,
  hermeticInitramfs,
  MORE,
  NEWER,
  OLDER,
  signedFor,
} from "./hermetic.ts";
import { Machine } from "./machine.ts";

/** As systemd-repart leaves it: a LUKS2 volume that opens with an empty passphrase, and ext4 in it. */
const MAKE_ROOT = `
	part=$(readlink -f "/dev/$(basename "$(dirname "$(grep -l PARTNAME=pmOS_root /sys/class/block/*/uevent)")")")
	echo | cryptsetup luksFormat --batch-mode --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$part"
	echo | cryptsetup open "$part" new && mkfs.ext4 -q /dev/mapper/new && cryptsetup close new && sync
`;

describe.runIf(ALL)("two signed versions with one encrypted root around them", () => {
  let folder: string;
  let disk: string;
  let parts: HermeticDisk;
  let machine: Machine | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-hermetic-"));
    parts = await hermeticDisk("hermetic-root", [], { withKernels: false, more: "root" });
    disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.image, disk]);
  });
  afterAll(async () => {
    await machine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (words: readonly string[] = [], initramfs = parts.initramfs) => {
    await machine?.stop();
    machine = await Machine.start({ ...parts, initramfs, disk, words, panel: null });
    return machine;
  };
  const running = async (version: string, words: readonly string[] = [], initramfs = parts.initramfs) => {
    const vm = await start(words, initramfs);
    await vm.terminal.waitForHistory(new RegExp(`This is slot ${version}`), 120_000);
    await vm.agent.ready();
    return vm;
  };

  test("nothing starts while that root is empty, and the menu says so", async () => {
    const vm = await start();
    await vm.terminal.waitFor(
      /root around its \/usr, holds no\s+file\s+system[\s\S]*No slot can be started/,
      120_000,
    );
    await vm.agent.ready();
    await vm.agent.output(MAKE_ROOT);
  });

  test("it is opened with its empty passphrase, furnished, and kept from start to start", async () => {
    let vm = await running(NEWER);
    expect(vm.terminal.history()).not.toMatch(/Boot menu/);
    const mounts = await vm.agent.output("cat /proc/mounts");
    expect(mounts).toMatch(/^\/dev\/mapper\/root \/ ext4 rw/m);
    expect(mounts).toMatch(/^\/dev\/mapper\/usr \/usr erofs ro/m);
    const judged = await vm.agent.output(
      "cat /sys/block/dm-*/dm/uuid; readlink /bin; ls -d /etc/machine-id 2>&1; true",
    );
    expect(judged).toMatch(/^CRYPT-LUKS2-[0-9a-f]{32}-root$/m);
    expect(judged).toMatch(/^usr\/bin$[\s\S]*No such file/m);
    await vm.agent.output("echo kept >/etc/kept && sync");
    expect((await vm.agent.run("holdfast mark good && sync", 60_000)).code).toBe(0);
    vm = await running(NEWER);
    expect(await vm.agent.output("cat /etc/kept")).toBe("kept");
  });

  test("a version that somebody else signed is marked bad, and the other one starts with the same root", async () => {
    await machine?.stop();
    const table = JSON.parse(run("sfdisk", ["--json", disk])).partitiontable;
    const partition = table.partitions.find(
      (each: { name: string }) => each.name === `duranium_${NEWER}_sig`,
    );
    const stranger = makeSigningKey(folder, "Stranger", "rsa");
    patch(disk, partition.start * 512, signedFor(parts.versions[1]?.rootHash ?? "", stranger));
    const vm = await running(OLDER, ["holdfast.signature=required"]);
    const { slot, reason } = JSON.parse(await vm.agent.output("cat /run/holdfast/boot.json"));
    expect([slot, reason.code]).toEqual([OLDER, "fallback"]);
    expect(reason.text).toMatch(
      /root hash is not signed as it should be.*no certificate in \/etc\/verity\.d made/,
    );
    const status = JSON.parse((await vm.agent.run("holdfast status --json", 60_000)).output);
    expect(status.slots.find(({ id }: { id: string }) => id === NEWER)).toMatchObject({
      health: "bad",
      triesLeft: 0,
    });
    expect(await vm.agent.output("cat /etc/kept")).toBe("kept");
  });

  test("where Holdfast is broken, the supervisor opens that root too, and starts nothing that has to be signed", async () => {
    const broken = await hermeticInitramfs({ broken: true, configuration: MORE.root.configuration });
    const words = [`usrhash=${parts.versions[0]?.rootHash}`, "root=PARTLABEL=pmOS_root"];
    let vm = await running(OLDER, words, broken);
    const mounts = await vm.agent.output("cat /proc/mounts");
    expect(mounts).toMatch(/^\/dev\/mapper\/root \/ ext4 rw/m);
    expect(mounts).toMatch(/^\/dev\/mapper\/holdfast-image \/usr erofs ro/m);
    expect(await vm.agent.output("cat /etc/kept")).toBe("kept");

    vm = await start([...words, "holdfast.signature=required"], broken);
    await vm.terminal.waitForHistory(/No slot could be started/, 120_000);
    expect(vm.terminal.history().replaceAll("\n", "")).toContain(
      "Only images whose root hash is signed may start (policy.signature), and only Holdfast can check that.",
    );
  });
});
