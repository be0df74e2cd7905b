import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readEntries } from "../../src/boot-control/boot-entries.ts";
import { mountedFolders } from "../../src/boot-control/boot-folders.ts";
import { openSystemdBoot } from "../../src/boot-control/systemd-boot-open.ts";
import { decodeEfiText } from "../../src/bytes/efi-variable.ts";
import { compareVersions } from "../../src/bytes/version-order.ts";
import { ukiParts } from "../../src/roots/uki-parts.ts";
import { entryText, type FakeEsp, fakeEsp } from "../fixtures/esp.ts";
import { Random } from "../fixtures/random.ts";
import { bless as blessOn, bootctl, bootctlList } from "./efi-tools.ts";
import { run } from "./tools.ts";

let esp: FakeEsp;
beforeEach(() => {
  esp = fakeEsp();
});
afterEach(() => esp.clear());

const open = async () =>
  (
    await openSystemdBoot({
      folders: mountedFolders([esp.root]),
      variables: esp.variables,
      slots: null,
      counting: "auto",
      freshTries: 3,
      booted: null,
      commandLine: "",
    })
  ).control;

/** What Holdfast reads, in the words of bootctl. */
function listed() {
  return readEntries([esp.root]).entries.map((entry) => ({
    id: entry.id,
    file: entry.file,
    title: entry.title ?? undefined,
    version: entry.version ?? undefined,
    sortKey: entry.sortKey ?? undefined,
    machineId: entry.machineId ?? undefined,
    options: entry.options === "" ? undefined : entry.options,
    triesLeft: entry.name.counter?.left,
    // bootctl 252 leaves a zero out.
    triesDone: entry.name.counter?.done || undefined,
  }));
}

function judged() {
  return bootctlList(esp).map((each) => {
    const file = each.path.split("/").at(-1) ?? "";
    return {
      id: each.id.toLowerCase(),
      file,
      // For an entry without a title bootctl makes one up from its file name.
      title: `${each.title}.conf` === file ? undefined : each.title,
      version: each.version,
      sortKey: each.sortKey,
      machineId: each.machineId,
      options: each.options,
      triesLeft: each.triesLeft,
      triesDone: each.triesDone || undefined,
    };
  });
}

test("bootctl lists the same entries in the same order, on 12 random boot partitions", () => {
  const random = new Random(11);
  for (let round = 0; round < 12; round++) {
    esp.clear();
    esp = fakeEsp();
    esp.put({ vmlinuz: "" });
    for (let index = 0; index < 12; index++) {
      const stem = `${random.pick(["os", "os-", "b+c", "x_"])}${random.pick(["1", "2", "10", "1.2", "1-rc", ""])}`;
      const counter = random.pick(["", "", "+3", "+2-1", "+0-3", "+0", "+01-02", "+"]);
      const name = `${stem}${random.pick(["", ".a"])}${counter}`;
      const lines = [
        ...random.pick([[], ["sort-key k"], ["sort-key l"]]),
        ...random.pick([[], ["version 1.2"], ["version 1.10"], ["version 1~a"]]),
        ...random.pick([[], ["machine-id 0123456789abcdef0123456789abcdef"]]),
        ...random.pick([[], ["title  A title "]]),
        ...random.pick([[], ["options quiet", "# a comment", "options root=PARTUUID=1 usrhash=ab"]]),
      ];
      esp.put({ [`loader/entries/${name}.conf`]: entryText(lines) });
    }
    const [ours, theirs] = [listed(), judged()];
    // Entries that are the same but for the counter: 252 leaves their order to the folder.
    const once = ({ id }: { id: string }) => ours.filter((each) => each.id === id).length === 1;
    expect(ours.filter(once), `round ${round}`).toEqual(theirs.filter(once));
    expect(ours.map(({ file }) => file).toSorted()).toEqual(theirs.map(({ file }) => file).toSorted());
  }
});

test("a real unified kernel image made by objcopy from systemd's stub is read as bootctl reads it", () => {
  const hash = "fc1a152181c96f078388d05fd3a0b9c2d51032a2064be390e0491f3c47dba191";
  esp.put({
    "osrel.txt":
      'ID=duranium\nIMAGE_ID=duranium\nVERSION_ID=1\nIMAGE_VERSION=20260801\nPRETTY_NAME="Duranium"\n',
    "cmdline.txt": `quiet usrhash=${hash}`,
    "linux.bin": "not a kernel",
  });
  const section = (name: string, file: string, at: string) => [
    ...["--add-section", `.${name}=${esp.root}/${file}`, "--change-section-vma", `.${name}=${at}`],
  ];
  run("objcopy", [
    ...section("osrel", "osrel.txt", "0x20000"),
    ...section("cmdline", "cmdline.txt", "0x30000"),
    ...section("linux", "linux.bin", "0x2000000"),
    "/usr/lib/systemd/boot/efi/linuxx64.efi.stub",
    `${esp.root}/EFI/Linux/duranium_20260801+2-0.efi`,
  ]);
  const [entry] = readEntries([esp.root]).entries;
  const [judge] = bootctlList(esp);
  expect(entry).toMatchObject({ title: judge?.title, version: judge?.version, sortKey: judge?.sortKey });
  expect([entry?.id, entry?.options, entry?.name.counter?.left]).toEqual([
    judge?.id,
    judge?.options,
    judge?.triesLeft,
  ]);
  const parts = ukiParts(`${esp.root}/EFI/Linux/duranium_20260801+2-0.efi`);
  expect(readFileSync(parts?.linux ?? "", "utf8")).toBe("not a kernel");
  expect(parts?.initrds).toEqual([]);
  parts?.close();
  expect(entry?.binding).toMatchObject({
    value: hash,
    identity: "PARTUUID=fc1a1521-81c9-6f07-8388-d05fd3a0b9c2",
    verity: "PARTUUID=d51032a2-064b-e390-e049-1f3c47dba191",
  });
});

test("systemd-analyze compares 200 random pairs of versions in the same way", () => {
  const random = new Random(5);
  const pieces = ["1", "2", "10", "01", "~", "-", "^", ".", "a", "B", "rc", "_", "+", " "];
  const version = () => Array.from({ length: random.below(6) }, () => random.pick(pieces)).join("");
  for (let round = 0; round < 200; round++) {
    const [a, b] = [version(), version()];
    const { status } = spawnSync("systemd-analyze", ["compare-versions", "--", a, b], { stdio: "ignore" });
    const order = status === 0 ? 0 : status === 11 ? 1 : -1;
    expect([a, b, Math.sign(compareVersions(a, b))]).toEqual([a, b, order]);
  }
});

describe("systemd-bless-boot", () => {
  const bless = (verb: string) => blessOn(esp, verb);
  /** An entry in its second start, as systemd-boot leaves it. */
  const started = (counter = "+1-2") => {
    esp.put({ [`loader/entries/os-2${counter}.conf`]: entryText(), "loader/entries/os-1.conf": entryText() });
    esp.set("LoaderBootCountPath", `\\loader\\entries\\os-2${counter}.conf`, 6);
  };

  test.each([
    ["good", "mark-good"],
    ["bad", "mark-bad"],
  ] as const)("names an entry that is marked %s as Holdfast does", async (verb, kind) => {
    started();
    await (await open()).apply({ kind, slot: "os-2" });
    const ours = esp.names();
    esp.clear();
    esp = fakeEsp();
    started();
    expect(bless(verb)).toMatchObject({ code: 0 });
    expect(ours).toEqual(esp.names());
  });

  test("finds good, bad and counted what Holdfast marked, and takes it back", async () => {
    started();
    expect(bless("status").stdout).toBe("indeterminate\n");
    await (await open()).apply({ kind: "mark-good", slot: "os-2" });
    expect(bless("status").stdout).toBe("good\n");
    await (await open()).apply({ kind: "mark-bad", slot: "os-2" });
    expect(bless("status").stdout).toBe("bad\n");
    expect(bless("indeterminate").code).toBe(0);
    expect((await (await open()).read()).slots.find(({ id }) => id === "os-2")).toMatchObject({
      health: "trying",
      triesLeft: 1,
      triesDone: 2,
    });
  });

  test("leaves twins as they are, and so does Holdfast", async () => {
    started();
    esp.put({ "loader/entries/os-2.conf": entryText() });
    const names = esp.names();
    bless("good");
    expect(esp.names()).toEqual(names);
    await (await open()).apply({ kind: "mark-good", slot: "os-2" });
    expect(esp.names()).toEqual(names);
  });
});

describe("bootctl", () => {
  test("sets variables that Holdfast reads, and Holdfast sets the same bytes", async () => {
    esp.put({
      "loader/entries/os-2.conf": entryText(),
      "loader/entries/os-1.conf": entryText(),
      vmlinuz: "",
    });
    expect(bootctl(esp, "set-default", "os-1[.+]*").code).toBe(0);
    expect(bootctl(esp, "set-oneshot", "os-2[.+]*").code).toBe(0);
    const control = await open();
    expect(await control.read()).toMatchObject({ default: "os-1", once: "os-2" });
    const names = ["LoaderEntryDefault", "LoaderEntryOneShot"] as const;
    const theirs = names.map((name) => esp.variables.read(name));
    await control.apply({ kind: "select", slot: "os-2", once: false });
    await control.apply({ kind: "select", slot: "os-1", once: false });
    await control.apply({ kind: "select", slot: "os-2", once: true });
    expect(names.map((name) => esp.variables.read(name))).toEqual(theirs);
    expect(decodeEfiText(theirs[0]?.data ?? Buffer.alloc(0), "")).toBe("os-1[.+]*");
  });

  test("puts a slot that Holdfast marked bad last, and one with fresh tries back to its place", async () => {
    const files = ["os-3.conf", "os-2+2-1.conf", "os-1.conf"];
    esp.put({
      vmlinuz: "",
      ...Object.fromEntries(files.map((file) => [`loader/entries/${file}`, entryText()])),
    });
    const order = () => bootctlList(esp).map(({ id, triesLeft }) => [id, triesLeft]);
    const control = await open();
    await control.apply({ kind: "mark-bad", slot: "os-3" });
    expect(order()).toEqual([
      ["os-2.conf", 2],
      ["os-1.conf", undefined],
      ["os-3.conf", 0],
    ]);
    await control.apply({ kind: "set-tries", slot: "os-3", tries: 3 });
    await control.apply({ kind: "mark-good", slot: "os-2" });
    expect(order()).toEqual([
      ["os-3.conf", 3],
      ["os-2.conf", undefined],
      ["os-1.conf", undefined],
    ]);
  });
});
