import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type OpenOptions, openBootControl } from "../../../src/boot-control/open.ts";
import { CHROMEOS_ROOTFS_TYPE } from "../../../src/bytes/chromeos-attributes.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { androidDisk } from "../../fixtures/android.ts";
import { type CraftedEntry, craftDisk, craftedGuid, TWO_SLOTS } from "../../fixtures/gpt.ts";
import { machineIn } from "../../fixtures/machine.ts";
import { addDisk } from "../../fixtures/sysfs.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-open-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

function image(bytes: Buffer): string {
  const path = join(folder, `${count++}.img`);
  writeFileSync(path, bytes);
  return path;
}

function imageOf(entries: readonly CraftedEntry[] = TWO_SLOTS): string {
  return image(craftDisk({ entries }));
}

function open(values: object, options: Partial<OpenOptions> = {}) {
  const config = configSchema().parse(values);
  const none = join(folder, "no-sysfs");
  const given = { config, disk: null, scheme: null, commandLine: "", booted: null, sysfs: none };
  return openBootControl({ ...given, ...options });
}

const LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4";
const TABLE = {
  slot: [
    { id: "a", store: "PARTLABEL=KERN-A", root: "PARTLABEL=ROOT-A", fstype: "erofs" },
    { id: "b", store: "PARTLABEL=KERN-B", root: `PARTUUID=${craftedGuid(4)}`, label: "Second" },
  ],
};

describe("without configuration", () => {
  test("slots, roots and state come from the ChromeOS kernels of an image", async () => {
    const disk = imageOf();
    const { control, places } = await open({}, { disk });
    expect(control).toMatchObject({ scheme: "chromeos-gpt", counting: "holdfast", freshTries: 3 });
    expect(places).toEqual([
      {
        id: "a",
        label: "Slot A",
        device: null,
        identity: `PARTUUID=${craftedGuid(2)}`,
        fstype: null,
        options: "ro",
        verity: null,
        base: null,
        problem: `partition 2 of ${disk} has no device node here`,
      },
      expect.objectContaining({ id: "b", label: "Slot B", identity: `PARTUUID=${craftedGuid(4)}` }),
    ]);
    expect((await control.read()).slots.map((slot) => [slot.id, slot.health, slot.triesLeft])).toEqual([
      ["a", "trying", 3],
      ["b", "good", 0],
    ]);
  });

  test.each<[string, CraftedEntry[], string[], (string | null)[]]>([
    [
      "ids from letters",
      [
        { number: 1, name: "boot_a" },
        { number: 5, name: "boot_B" },
      ],
      ["a", "b"],
      [null, null],
    ],
    [
      "ids from numbers",
      [
        { number: 2, name: "" },
        { number: 5, name: "kernel" },
      ],
      ["p2", "p5"],
      [null, null],
    ],
    [
      "numbers where a letter is shared",
      [
        { number: 1, name: "x_a" },
        { number: 2, name: "y-A" },
      ],
      ["p1", "p2"],
      [null, null],
    ],
    [
      "the root behind its kernel, or with its letter",
      [
        { number: 1, name: "KERN-A" },
        { number: 3, name: "ROOT-A", type: CHROMEOS_ROOTFS_TYPE },
        { number: 6, name: "KERN-B" },
        { number: 7, name: "system_b", type: LINUX },
        { number: 8, name: "other" },
        { number: 9, name: "data", type: LINUX },
      ],
      ["a", "b", "p8"],
      [craftedGuid(3), craftedGuid(7), null],
    ],
  ])("finds %s", async (_, entries, ids, roots) => {
    const { places } = await open({}, { disk: imageOf(entries) });
    expect(places.map((place) => place.id)).toEqual(ids);
    expect(places.map((place) => place.identity)).toEqual(roots.map((guid) => guid && `PARTUUID=${guid}`));
    for (const place of places) expect(place.problem).not.toBeNull();
  });

  test("a disk without slots, without GPT, or that is not there says so", async () => {
    const plain = imageOf([{ number: 1, name: "data", type: LINUX }]);
    await expect(open({}, { disk: plain })).rejects.toThrow(
      "1 partitions, none of them recognised as a slot",
    );
    await expect(open({}, { disk: image(Buffer.alloc(9999)) })).rejects.toThrow("(9999 bytes) has no GPT");
    await expect(open({}, { disk: join(folder, "none") })).rejects.toThrow("none does not exist");
    await expect(open({})).rejects.toThrow("no disk of this machine shows slots");
  });
});

describe("with configured slots", () => {
  test("references are looked up inside the image", async () => {
    const { control, places } = await open(TABLE, { disk: imageOf() });
    expect(control.scheme).toBe("chromeos-gpt");
    expect(places).toEqual([
      expect.objectContaining({
        id: "a",
        label: "Slot A",
        fstype: "erofs",
        identity: `PARTUUID=${craftedGuid(2)}`,
      }),
      expect.objectContaining({ id: "b", label: "Second", identity: `PARTUUID=${craftedGuid(4)}` }),
    ]);
  });

  test("a slot that is not on the disk is unknown, with the reason, and is not written", async () => {
    const slot = [...TABLE.slot, { id: "c", store: "PARTLABEL=KERN-C", root: "PARTLABEL=ROOT-C" }];
    const { control, places } = await open({ slot }, { disk: imageOf() });
    expect(places[2]).toMatchObject({
      device: null,
      identity: null,
      problem: expect.stringMatching(/answers to PARTLABEL=ROOT-C/),
    });
    const state = await control.read();
    expect(state.slots[2]).toMatchObject({ id: "c", health: "unknown", priority: null });
    expect(state.problems).toEqual([expect.stringMatching(/^slot c: no partition of .* PARTLABEL=KERN-C$/)]);
    await expect(control.apply({ kind: "mark-good", slot: "c" })).rejects.toMatchObject({ kind: "noDevice" });
  });

  test("a kernel that no slot names but that firmware prefers is a problem", async () => {
    const { control } = await open({ slot: TABLE.slot.slice(1) }, { disk: imageOf() });
    expect((await control.read()).problems).toEqual([
      expect.stringMatching(
        /partition 1 \("KERN-A"\) is no slot of the configuration, but firmware starts it/,
      ),
    ]);
  });

  test("a disk that cannot be read leaves the places with the reason, and reading the store throws it", async () => {
    const { control, places } = await open(TABLE, { disk: image(Buffer.alloc(1 << 16)) });
    expect(places.map((place) => place.id)).toEqual(["a", "b"]);
    for (const place of places) expect(place.problem).toMatch(/has no GPT/);
    await expect(control.read()).rejects.toMatchObject({ kind: "badStore" });
    await expect(control.apply({ kind: "mark-good", slot: "a" })).rejects.toMatchObject({ kind: "badStore" });
  });

  test("without kernels on the disk, auto keeps the counters in the file", async () => {
    const entries = ["a", "b"].map((id, i) => ({ number: i + 1, name: `root_${id}`, type: LINUX }));
    const slot = ["a", "b"].map((id) => ({ id, root: `PARTLABEL=root_${id}` }));
    const boot = { counter_file: join(folder, "auto", "slots.json") };
    const { control, places } = await open({ boot, slot }, { disk: imageOf(entries) });
    expect(control).toMatchObject({ scheme: "counter-file", counting: "holdfast" });
    expect(places[0]).toMatchObject({ identity: `PARTUUID=${craftedGuid(1)}` });
    expect(await control.apply({ kind: "select", slot: "b", once: false })).toMatchObject({ default: "b" });
  });

  test("a root hash names its tree by its end, and comes from the configuration or a file", async () => {
    const hash = "fc1a152181c96f078388d05fd3a0b9c2d51032a2064be390e0491f3c47dba191";
    const sysfs = mkdtempSync(join(folder, "sys-"));
    addDisk(sysfs, "hfdisk", [
      { number: 1, label: "usr", partuuid: "fc1a1521-81c9-6f07-8388-d05fd3a0b9c2" },
      { number: 2, label: "tree", partuuid: "d51032a2-064b-e390-e049-1f3c47dba191" },
    ]);
    writeFileSync(join(folder, "usr.roothash"), `${hash.toUpperCase()}\n`);
    writeFileSync(join(folder, "bad.roothash"), "not a hash");
    const root = "PARTLABEL=usr";
    const slot = [
      { id: "a", root, root_hash: hash, base: "tmpfs" },
      { id: "b", root, root_hash: join(folder, "usr.roothash"), verity: "PARTLABEL=tree" },
      { id: "c", root, root_hash: join(folder, "bad.roothash") },
      { id: "d", root, root_hash: hash, base: "PARTLABEL=none" },
    ];
    const { places } = await open({ slot }, { sysfs, scheme: "counter-file" });
    const verity = { rootHash: hash, device: "/dev/hfdisk2", offset: 0 };
    expect(places[0]).toMatchObject({ device: "/dev/hfdisk1", verity, base: { fstype: "tmpfs" } });
    expect(places[1]).toMatchObject({ device: "/dev/hfdisk1", verity, base: null });
    // What cannot be proved, or has nowhere to go, has no device to be entered by.
    expect(places.slice(2).map(({ device }) => device)).toEqual([null, null]);
    expect(places[2]?.problem).toMatch(
      /bad\.roothash holds "not a hash"; a root hash of 64 to 128 hex digits/,
    );
    expect(places[3]?.problem).toBe("no partition of this machine answers to PARTLABEL=none");
  });

  test("without a disk, the roots are found through sysfs", async () => {
    const sysfs = mkdtempSync(join(folder, "sys-"));
    addDisk(sysfs, "hfdisk", [
      { number: 1, label: "root_a", partuuid: craftedGuid(1) },
      { number: 2, label: "root_b", partuuid: craftedGuid(2) },
      { number: 3, label: "root_b", partuuid: craftedGuid(3) },
    ]);
    const slot = ["a", "b", "c"].map((id) => ({ id, root: `PARTLABEL=root_${id}` }));
    const { places } = await open({ slot }, { sysfs, scheme: "counter-file" });
    expect(places[0]).toMatchObject({
      device: "/dev/hfdisk1",
      identity: `PARTUUID=${craftedGuid(1)}`,
      problem: null,
    });
    expect(places[1]?.problem).toMatch(/ambiguous: \/dev\/hfdisk2 and \/dev\/hfdisk3/);
    expect(places[2]?.problem).toBe("no partition of this machine answers to PARTLABEL=root_c");
  });
});

describe("who counts", () => {
  const guid = craftedGuid(3).toUpperCase();
  const commandLine = `console=ttyS0 kern_guid=${guid} root=PARTUUID=${guid}/PARTNROFF=1`;

  test("is the bootloader when kern_guid= names a slot; that slot runs and Holdfast takes no try", async () => {
    const { control, bootedByBootloader } = await open({}, { disk: imageOf(), commandLine });
    expect(bootedByBootloader).toBe("b");
    expect(control.counting).toBe("bootloader");
    await expect(control.apply({ kind: "take-try", slot: "b" })).rejects.toMatchObject({ kind: "refused" });
  });

  test("the slot of kern_guid= on its last try is trying", async () => {
    const entries = TWO_SLOTS.map((entry) => (entry.number === 3 ? { ...entry, word: 0 } : entry));
    const { control } = await open({}, { disk: imageOf(entries), commandLine });
    expect((await control.read()).slots[1]).toMatchObject({ id: "b", health: "trying", priority: 0 });
  });

  test("takes no try twice: holdfast.slot= names the slot that Holdfast started with its own kernel", async () => {
    const entries = TWO_SLOTS.map((entry) => (entry.number === 3 ? { ...entry, word: 0 } : entry));
    const { control, bootedByBootloader } = await open(
      {},
      { disk: imageOf(entries), commandLine: "quiet holdfast.slot=b" },
    );
    expect(bootedByBootloader).toBe("b");
    expect((await control.read()).slots[1]).toMatchObject({ id: "b", health: "trying" });
    const unknown = await open({}, { disk: imageOf(), commandLine: "holdfast.slot=z" });
    expect(unknown.bootedByBootloader).toBeNull();
  });

  test("is Holdfast without that word, or when it names no slot of this disk", async () => {
    for (const other of ["", `kern_guid=${craftedGuid(99)}`, "kern_guid="]) {
      const { control, bootedByBootloader } = await open({}, { disk: imageOf(), commandLine: other });
      expect([control.counting, bootedByBootloader]).toEqual(["holdfast", null]);
    }
  });

  test("is what the configuration says, if it says it", async () => {
    const counting = (values: object, line: string) =>
      open({ boot: values }, { disk: imageOf(), commandLine: line }).then(({ control }) => control.counting);
    expect(await counting({ counting: "bootloader" }, "")).toBe("bootloader");
    expect(await counting({ counting: "holdfast" }, commandLine)).toBe("holdfast");
  });

  test("is always Holdfast for the counter file", async () => {
    const scheme = "counter-file";
    const { control } = await open(TABLE, { disk: imageOf(), scheme, commandLine });
    expect(control).toMatchObject({ scheme, counting: "holdfast" });
  });
});

test("an unknown scheme is refused with the known ones", async () => {
  await expect(open({}, { disk: imageOf(), scheme: "grub2" })).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringMatching(
      /^there is no scheme "grub2"; there are .*chromeos-gpt.* and counter-file$/,
    ),
  });
});

describe("android-gpt", () => {
  const machine = (files: Record<string, string>) => machineIn(folder, files);
  const qualcomm = { "proc/device-tree/compatible": "xiaomi,beryllium\0qcom,sdm845\0" };

  test("is found by the attributes of boot_a and boot_b on a Qualcomm board; its slots are a and b", async () => {
    const options = { disk: image(androidDisk()), machine: machine(qualcomm) };
    const { control, places, discovery, bootedByBootloader } = await open({}, options);
    expect(control).toMatchObject({ scheme: "android-gpt", counting: "bootloader" });
    expect(places.map((place) => place.id)).toEqual(["a", "b"]);
    expect(discovery).toMatchObject({ question: null, chosen: { confidence: "strong" } });
    expect(bootedByBootloader).toBeNull();
    expect((await control.read()).default).toBe("a");
  });

  test.each([
    ["the command line", "androidboot.slot_suffix=_b", ""],
    ["the bootconfig", "", 'androidboot.slot_suffix = "_b"\nandroidboot.mode = "normal"\n'],
  ])("is certain by the bootloader's word on %s", async (_, commandLine, bootconfig) => {
    const root = machine({ ...qualcomm, "proc/bootconfig": bootconfig });
    const opened = await open({}, { disk: image(androidDisk()), machine: root, commandLine });
    expect(opened.discovery.chosen).toMatchObject({ scheme: "android-gpt", confidence: "certain" });
    expect(opened.bootedByBootloader).toBe("b");
  });

  test("is only a question where no board says Qualcomm, and is not asked about with boot partitions unmarked", async () => {
    const { discovery } = await open({}, { disk: image(androidDisk()) });
    expect(discovery.question).toMatch(
      /^Is the slot state kept as android-gpt \(boot_a and boot_b .*\[boot\] scheme/,
    );
    const unmarked = await open({}, { disk: image(androidDisk({ boot: [0, 0] })) });
    expect(unmarked.discovery.question).toMatch(/^Is the slot state kept as counter-file /);
  });

  test("all disks of the configuration are read", async () => {
    const firmware = image(androidDisk({ pairs: ["xbl"] }));
    const main = image(androidDisk({ pairs: ["boot", "system"] }));
    const values = { boot: { scheme: "android-gpt" }, "android-gpt": { disks: [firmware, main] } };
    const { control, disks } = await open(values, { disk: main });
    expect(disks).toEqual([firmware, main]);
    expect((await control.read()).problems).toEqual([]);
    expect(control.capabilities.has("select")).toBe(false);
  });
});
