import { chmodSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readEntries } from "../../../src/boot-control/boot-entries.ts";
import { mountedFolders } from "../../../src/boot-control/boot-folders.ts";
import { bootedEntry } from "../../../src/boot-control/loader-choice.ts";
import { LoaderFeature, readLoaderFacts } from "../../../src/boot-control/loader-facts.ts";
import { openSystemdBoot } from "../../../src/boot-control/systemd-boot-open.ts";
import { versionedSlots } from "../../../src/boot-control/versioned-slots.ts";
import { decodeEfiText } from "../../../src/bytes/efi-variable.ts";
import { parseLabelPattern } from "../../../src/bytes/versioned-label.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import type { Counting } from "../../../src/domain/slot.ts";
import { EfiVariables } from "../../../src/linux/efivars.ts";
import { craftPe, entryText, type FakeEsp, FEATURES_252, fakeEsp } from "../../fixtures/esp.ts";

let esp: FakeEsp;
beforeEach(() => {
  esp = fakeEsp();
});
afterEach(() => esp.clear());

const HASH = "fc1a152181c96f078388d05fd3a0b9c2d51032a2064be390e0491f3c47dba191";

/** Puts type 1 entries with these names and answers the opened store; slots are called as the entries. */
async function opened(
  names: readonly string[],
  counting: Counting | "auto" = "auto",
  booted: string | null = null,
) {
  esp.put(Object.fromEntries(names.map((name) => [`loader/entries/${name}`, entryText()])));
  const options = { folders: mountedFolders([esp.root]), variables: esp.variables, slots: null };
  return openSystemdBoot({ ...options, counting, freshTries: 3, booted, commandLine: "" });
}

const variable = (name: string) => {
  const found = esp.variables.read(name);
  return found === null ? null : decodeEfiText(found.data, name);
};

describe("which slot starts next", () => {
  test("is the newest that is not bad, and bad ones come last", async () => {
    const { control } = await opened(["os-3+0-3.conf", "os-2.conf", "os-1.conf"]);
    const state = await control.read();
    expect(state.slots.map(({ id, health, priority }) => [id, health, priority])).toEqual([
      ["os-2", "good", 3],
      ["os-1", "good", 2],
      ["os-3", "bad", 1],
    ]);
    expect(state).toMatchObject({ default: "os-2", problems: [] });
  });

  test("is the first of the bad ones where all are, and that is said", async () => {
    const { control } = await opened(["os-2+0-3.conf", "os-1+0-3.conf"]);
    const { default: next, problems } = await control.read();
    expect([next, problems]).toEqual([
      "os-2",
      ["os-2+0-3.conf has no tries left, but systemd-boot starts it all the same"],
    ]);
  });

  test("is what loader.conf names, without looking at counters", async () => {
    esp.put({ "loader/LOADER.CONF": "#default x\ntimeout 3\ndefault OS-1*\n" });
    const { control } = await opened(["os-2.conf", "os-1+0-3.conf"]);
    expect((await control.read()).default).toBe("os-1");
  });

  test("for systemd-boot 252, a default that leaves the counter out names nothing", async () => {
    esp.set("LoaderEntryDefault", "os-1.conf");
    const { control } = await opened(["os-2.conf", "os-1+3-0.conf"]);
    expect((await control.read()).default).toBe("os-2");
    esp.set("LoaderInfo", "systemd-boot 259.1", 6);
    expect((await control.read()).default).toBe("os-1");
  });

  test("@saved is the entry that was started last", async () => {
    esp.set("LoaderEntryDefault", "@saved");
    esp.set("LoaderEntryLastBooted", "os-1.conf");
    const { control } = await opened(["os-2.conf", "os-1.conf"]);
    expect((await control.read()).default).toBe("os-1");
  });

  test("an entry that is no slot and comes first is told of", async () => {
    const { control } = await opened(["os-1.conf"]);
    esp.put({ "loader/entries/os-9.conf": entryText() });
    const { default: next, problems } = await control.read();
    expect([next, problems]).toEqual([
      null,
      ["os-9.conf is no slot of the configuration, but it starts first"],
    ]);
  });
});

describe("select", () => {
  test("sets no variable for the entry that comes first by itself, so that its tries count", async () => {
    const { control } = await opened(["os-2+3-0.conf", "os-1.conf"]);
    await control.apply({ kind: "select", slot: "os-1", once: false });
    expect(variable("LoaderEntryDefault")).toBe("os-1[.+]*");
    await control.apply({ kind: "select", slot: "os-2", once: false });
    expect(variable("LoaderEntryDefault")).toBeNull();
    expect(esp.names()).toEqual(["os-1.conf", "os-2+3-0.conf"]);
  });

  test("says that a default is started even when its tries are used up", async () => {
    const { control } = await opened(["os-2.conf", "os-1+3-0.conf"]);
    const { problems } = await control.apply({ kind: "select", slot: "os-1", once: false });
    expect(problems).toEqual([
      "LoaderEntryDefault names os-1+3-0.conf: it is started even when its tries are used up",
    ]);
  });

  test("uses LoaderEntryPreferred where the loader knows it: then bad entries are passed over", async () => {
    esp.clear();
    esp = fakeEsp(FEATURES_252 | LoaderFeature.preferred);
    const { control } = await opened(["os-2.conf", "os-1+1-0.conf"], "holdfast");
    await control.apply({ kind: "select", slot: "os-1", once: false });
    expect([variable("LoaderEntryPreferred"), variable("LoaderEntryDefault")]).toEqual(["os-1[.+]*", null]);
    const { default: next } = await control.apply({ kind: "take-try", slot: "os-1" });
    expect(next).toBe("os-2");
  });

  test("names one entry only, also where another name begins alike", async () => {
    const { control } = await opened(["os_1+3-0.conf", "os_1.2.conf"]);
    await control.apply({ kind: "select", slot: "os_1", once: false });
    expect(variable("LoaderEntryDefault")).toBe("os_1+*.conf");
    await control.apply({ kind: "mark-good", slot: "os_1" });
    expect(variable("LoaderEntryDefault")).toBe("os_1.conf");
    expect((await control.read()).default).toBe("os_1");
  });

  test("goes before loader.conf's default", async () => {
    esp.put({ "loader/loader.conf": "default os-2*" });
    const { control } = await opened(["os-2.conf", "os-1.conf"]);
    expect((await control.apply({ kind: "select", slot: "os-1", once: false })).default).toBe("os-1");
  });

  test("once of a bad entry is a variable only, and changes no name and no default", async () => {
    const { control } = await opened(["os-2+0-3.conf", "os-1.conf"]);
    const state = await control.apply({ kind: "select", slot: "os-2", once: true });
    expect(state).toMatchObject({ default: "os-1", once: "os-2" });
    expect(esp.names()).toEqual(["os-1.conf", "os-2+0-3.conf"]);
  });

  test("once of a bad entry gives it one try where Holdfast counts, and is used up by it", async () => {
    const { control } = await opened(["os-2+0-3.conf", "os-1.conf"], "holdfast");
    await control.apply({ kind: "select", slot: "os-2", once: true });
    expect(esp.names()).toEqual(["os-1.conf", "os-2+1-0.conf"]);
    const state = await control.apply({ kind: "take-try", slot: "os-2" });
    expect(state).toMatchObject({ default: "os-1", once: null });
    expect(esp.names()).toEqual(["os-1.conf", "os-2+0-1.conf"]);
  });

  test("takes back a choice for one start, and writes nothing the second time", async () => {
    const { control } = await opened(["os-2.conf", "os-1.conf"]);
    await control.apply({ kind: "select", slot: "os-1", once: true });
    expect((await control.apply({ kind: "select", slot: "os-1", once: false })).once).toBeNull();
    const before = statSync(esp.efivars).mtimeMs;
    await control.apply({ kind: "select", slot: "os-1", once: false });
    expect(statSync(esp.efivars).mtimeMs).toBe(before);
  });
});

describe("marks", () => {
  test("good takes the counter away, bad leaves +0 and every wish for the slot ends", async () => {
    const { control } = await opened(["os-2+2-1.conf", "os-1.conf"]);
    await control.apply({ kind: "mark-good", slot: "os-2" });
    expect(esp.names()).toEqual(["os-1.conf", "os-2.conf"]);
    await control.apply({ kind: "select", slot: "os-1", once: false });
    await control.apply({ kind: "select", slot: "os-1", once: true });
    const state = await control.apply({ kind: "mark-bad", slot: "os-1" });
    expect(state).toMatchObject({ default: "os-2", once: null });
    expect(esp.names()).toEqual(["os-1+0.conf", "os-2.conf"]);
    expect([variable("LoaderEntryDefault"), variable("LoaderEntryOneShot")]).toEqual([null, null]);
  });

  test("bad on the confirmed running entry keeps the tries that the loader counted", async () => {
    esp.set("LoaderBootCountPath", "\\loader\\entries\\os-2+1-2.conf", 6);
    const { control } = await opened(["os-2.conf"]);
    await control.apply({ kind: "mark-bad", slot: "os-2" });
    expect(esp.names()).toEqual(["os-2+0-2.conf"]);
  });

  test("the running entry on its last try is trying until somebody marks it", async () => {
    esp.set("LoaderBootCountPath", "\\loader\\entries\\os-2+0-3.conf", 6);
    const { control, booted } = await opened(["os-2+0-3.conf", "os-1.conf"]);
    expect(booted).toEqual({ id: "os-2.conf", slot: "os-2", certain: true, counted: true });
    const health = async () => (await control.read()).slots.find(({ id }) => id === "os-2")?.health;
    expect(await health()).toBe("trying");
    await control.apply({ kind: "mark-bad", slot: "os-2" });
    expect(await health()).toBe("bad");
  });

  test("an entry that was marked bad in this boot is bad for another process too", async () => {
    esp.set("LoaderBootCountPath", "\\loader\\entries\\os-2+2-1.conf", 6);
    const { control } = await opened(["os-2+0-1.conf", "os-1.conf"]);
    expect((await control.read()).slots.find(({ id }) => id === "os-2")?.health).toBe("bad");
  });

  test("unified kernel images are counted the same way, in whatever case FAT gives their names", async () => {
    const image = craftPe({ ".osrel": "ID=d\nIMAGE_VERSION=2\n", ".cmdline": `usrhash=${HASH}` });
    renameSync(join(esp.root, "EFI/Linux"), join(esp.root, "EFI/LINUX"));
    esp.put({ "EFI/LINUX/D_2+2-0.EFI": image });
    const { control, entries } = await opened([]);
    expect(entries[0]?.binding?.identity).toBe("PARTUUID=fc1a1521-81c9-6f07-8388-d05fd3a0b9c2");
    await control.apply({ kind: "mark-good", slot: "d_2" });
    expect(readdirSync(join(esp.root, "EFI/LINUX"))).toEqual(["D_2.EFI"]);
  });

  test("the loader counts, so Holdfast takes no try", async () => {
    const { control } = await opened(["os-2+2-1.conf"]);
    expect(control.counting).toBe("bootloader");
    await expect(control.apply({ kind: "take-try", slot: "os-2" })).rejects.toMatchObject({
      kind: "refused",
    });
  });
});

describe("what is not sound is shown and not written", () => {
  test("twins: the one without a counter counts, and no rename is tried", async () => {
    const { control } = await opened(["os-2.conf", "OS-2+1-2.conf", "os-1.conf"]);
    const names = esp.names();
    const { slots, problems } = await control.read();
    expect(slots.map(({ id, health }) => [id, health])).toEqual([
      ["os-2", "good"],
      ["os-1", "good"],
    ]);
    expect(problems).toEqual([
      `${esp.root}/loader/entries/os-2.conf and ${esp.root}/loader/entries/OS-2+1-2.conf are the same entry twice; systemd-boot takes the first`,
    ]);
    await expect(control.apply({ kind: "mark-bad", slot: "os-2" })).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/are the same entry twice/),
    });
    await control.apply({ kind: "mark-good", slot: "os-2" });
    expect(esp.names()).toEqual(names);
  });

  test.each([
    ["os-2+9999999999.conf", entryText(), "os-2+9999999999.conf"],
    ["os-2+1+2.conf", entryText(), "os-2+1+2.conf"],
    ["os-2+1.conf", "title nothing to start\n", "os-2.conf"],
    ["os-2+1.conf", "x".repeat(300_000), "os-2.conf"],
  ])("%s with damage is unknown", async (file, text, id) => {
    await opened(["os-1.conf"]);
    esp.put({ [`loader/entries/${file}`]: text });
    const { control } = await openSystemdBoot({
      folders: mountedFolders([esp.root]),
      variables: esp.variables,
      slots: [{ id: "x", entry: id, identities: [] }],
      counting: "auto",
      freshTries: 3,
      booted: null,
      commandLine: "",
    });
    const names = esp.names();
    const { slots, problems } = await control.read();
    expect(slots[0]).toMatchObject({ health: "unknown", priority: null, triesLeft: null });
    expect(problems[0]).toContain(file);
    for (const kind of ["mark-good", "mark-bad"] as const) {
      await expect(control.apply({ kind, slot: "x" })).rejects.toMatchObject({ kind: "badStore" });
    }
    expect(esp.names()).toEqual(names);
  });

  test("a slot whose entry is gone is empty, and says so", async () => {
    const { control } = await opened(["os-1.conf", "os-2.conf"]);
    renameSync(join(esp.root, "loader/entries/os-2.conf"), join(esp.root, "loader/entries/os-2.bak"));
    const { slots, problems } = await control.read();
    expect([slots[0]?.health, problems]).toEqual(["empty", ["slot os-2: there is no boot entry os-2.conf"]]);
    await expect(control.apply({ kind: "mark-good", slot: "os-2" })).rejects.toMatchObject({
      kind: "noDevice",
    });
  });

  test("damaged variables are problems, and the entries are still read", async () => {
    writeFileSync(join(esp.efivars, "LoaderEntryDefault-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"), "ab");
    esp.set("LoaderEntryOneShot", "x");
    writeFileSync(join(esp.efivars, "LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"), "abcdefg");
    const { control } = await opened(["os-1.conf"]);
    const { default: next, problems } = await control.read();
    expect(next).toBe("os-1");
    expect(problems).toHaveLength(2);
  });

  test("without EFI variables nothing can be selected, but marks work", async () => {
    esp.put({ "loader/entries/os-2+1-1.conf": entryText() });
    const { control } = await openSystemdBoot({
      folders: mountedFolders([esp.root]),
      variables: new EfiVariables(join(esp.root, "none")),
      slots: null,
      counting: "auto",
      freshTries: 3,
      booted: null,
      commandLine: "",
    });
    expect(control.counting).toBe("holdfast");
    for (const once of [true, false]) {
      await expect(control.apply({ kind: "select", slot: "os-2", once })).rejects.toMatchObject({
        kind: "refused",
      });
    }
    await control.apply({ kind: "mark-good", slot: "os-2" });
    expect(esp.names()).toEqual(["os-2.conf"]);
  });

  test("an ordinary user is told that the folder cannot be written", async () => {
    const { control } = await opened(["os-2+1-1.conf"]);
    const folder = join(esp.root, "loader/entries");
    chmodSync(folder, 0o555);
    try {
      const marked = control.apply({ kind: "mark-good", slot: "os-2" });
      if (process.getuid?.() === 0) expect((await marked).slots[0]?.health).toBe("good");
      else await expect(marked).rejects.toMatchObject({ kind: "refused" });
    } finally {
      chmodSync(folder, 0o755);
    }
  });
});

describe("which entry runs", () => {
  const found = (commandLine = "") =>
    bootedEntry(readEntries([esp.root]).entries, readLoaderFacts(esp.variables), commandLine);

  test("is certain by the loader's own word, with counters or without", async () => {
    await opened(["os-2+1-2.conf", "os-1.conf"]);
    expect(found()).toBeNull();
    esp.set("LoaderEntrySelected", "os-2+1-2.conf", 6);
    expect(found()).toEqual({ id: "os-2.conf", certain: true, counted: false });
    esp.set("LoaderEntrySelected", "OS-1.conf", 6);
    expect(found()).toEqual({ id: "os-1.conf", certain: true, counted: false });
    esp.set("LoaderBootCountPath", "\\loader\\entries\\os-2+1-2.conf", 6);
    expect(found()).toEqual({ id: "os-2.conf", certain: true, counted: true });
  });

  test("is only likely by the root of the command line, and nobody where two entries start it", async () => {
    esp.put({ "loader/entries/os-2.conf": entryText([`options quiet usrhash=${HASH}`]) });
    expect(found(`usrhash=${HASH}`)).toEqual({ id: "os-2.conf", certain: false, counted: false });
    esp.put({ "loader/entries/os-1.conf": entryText([`options usrhash=${HASH}`]) });
    expect(found(`usrhash=${HASH}`)).toBeNull();
  });
});

test("slots are found by the root that an entry starts, and entries on XBOOTLDR count too", async () => {
  const more = fakeEsp();
  try {
    mkdirSync(join(more.root, "loader/entries"), { recursive: true });
    more.put({ "loader/entries/b+3-0.conf": entryText(["options root=PARTUUID=BBBB-01"]) });
    esp.put({ "loader/entries/a.conf": entryText(["options root=PARTLABEL=root_a"]) });
    const { slots } = await openSystemdBoot({
      folders: mountedFolders([esp.root, more.root]),
      variables: esp.variables,
      slots: [
        { id: "a", entry: null, identities: ["PARTUUID=aaaa-01", "PARTLABEL=root_a"] },
        { id: "b", entry: null, identities: ["PARTUUID=bbbb-01"] },
        { id: "c", entry: null, identities: ["PARTUUID=cccc-01"] },
      ],
      counting: "auto",
      freshTries: 3,
      booted: null,
      commandLine: "",
    });
    expect(slots).toEqual([
      { id: "a", entry: "a.conf", problem: null },
      { id: "b", entry: "b.conf", problem: null },
      { id: "c", entry: null, problem: "slot c: no boot entry starts PARTUUID=cccc-01" },
    ]);
  } finally {
    more.clear();
  }
});

test("versioned partitions are slots with the entries that start exactly them, newest first", () => {
  const uki = (version: string, hash: string) =>
    craftPe({ ".osrel": `ID=d\nIMAGE_VERSION=${version}\n`, ".cmdline": `usrhash=${hash}` });
  esp.put({ "EFI/Linux/d_9+2-0.efi": uki("9", HASH), "EFI/Linux/d_10.efi": uki("10", "ab".repeat(32)) });
  const { entries } = readEntries([esp.root]);
  const partitions = [
    { label: "d_9_usr", partuuid: "fc1a1521-81c9-6f07-8388-d05fd3a0b9c2" },
    { label: "_empty", partuuid: "00000000-0000-4000-8000-000000000002" },
    { label: "PRT#d_11_usr", partuuid: "00000000-0000-4000-8000-000000000003" },
    { label: "d_10_usr", partuuid: "00000000-0000-4000-8000-000000000004" },
    { label: "d_9_vty", partuuid: "00000000-0000-4000-8000-000000000005" },
  ];
  const slots = versionedSlots(partitions, parseLabelPattern("d_@v_usr"), entries);
  expect(
    slots.map((slot) => [slot.version, slot.state, slot.entries.map(({ file }) => file), slot.problem]),
  ).toEqual([
    ["10", "version", [], "no boot entry starts it"],
    ["9", "version", ["d_9+2-0.efi"], null],
    ["11", "partial", [], "an update of it was not finished"],
    [null, "empty", [], "it is free for the next update"],
  ]);
});

test("a boot partition that cannot be reached does not stop the opening of configured slots, only the reading", async () => {
  const folders = async () => {
    throw new HoldfastError("noDevice", "the boot partition cannot be reached: ENODEV");
  };
  const options = {
    folders,
    variables: esp.variables,
    counting: "auto",
    freshTries: 3,
    booted: null,
  } as const;
  const slots = [{ id: "a", entry: "os-a.conf", identities: [] }];
  const { control } = await openSystemdBoot({ ...options, slots, commandLine: "" });
  await expect(control.read()).rejects.toMatchObject({ kind: "noDevice" });
  await expect(openSystemdBoot({ ...options, slots: null, commandLine: "" })).rejects.toThrow(/ENODEV/);
});
