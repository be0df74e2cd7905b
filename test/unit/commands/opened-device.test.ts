import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BootControl } from "../../../src/boot-control/boot-control.ts";
import { MemoryControl } from "../../../src/boot-control/memory.ts";
import type { Parts } from "../../../src/commands/device-parts.ts";
import { OpenedDevice } from "../../../src/commands/opened-device.ts";
import { Requests } from "../../../src/commands/requests.ts";
import { defaultConfig } from "../../../src/config/load.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import { UNSIGNED } from "../../../src/domain/plan.ts";
import type { Entry } from "../../../src/domain/slot.ts";
import { History } from "../../../src/state/history.ts";

const reason = { code: "chosen", text: "Slot A was chosen." } as const;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-device-"));
  mkdirSync(join(root, "state"));
});
afterEach(() => rmSync(root, { recursive: true }));

const place = (id: string) => ({
  id,
  label: `Slot ${id.toUpperCase()}`,
  device: `/dev/${id}`,
  identity: `PARTUUID=${id}`,
  fstype: "ext4",
  options: "ro",
  verity: null,
  base: null,
  problem: null,
});

function device(entries: Record<string, Entry | null>, more: Partial<Parts> = {}): OpenedDevice {
  const ids = Object.keys(entries);
  return new OpenedDevice({
    control: new MemoryControl(ids, { freshTries: 2 }),
    places: ids.map(place),
    bootedByBootloader: null,
    inferred: null,
    discovery: { chosen: null, findings: [], question: null },
    disks: [],
    notes: [],
    failed: new Map(),
    options: { config: null, root, disk: null, scheme: null, logLevel: "warn" },
    config: defaultConfig(),
    mode: { tolerant: true },
    readOnly: null,
    history: new History(join(root, "state")),
    requests: new Requests(async () => null),
    commandLine: "",
    record: null,
    configProblems: [],
    developerFlag: () => ({ flag: null, problems: [] }),
    describe: async ({ id }) => {
      const entry = entries[id] ?? null;
      return {
        entry,
        entryReason: entry === "switch-root" ? null : "not here",
        fstype: "ext4",
        damaged: false,
        baseFstype: null,
        os: null,
        releases: [],
      };
    },
    ...more,
  });
}

const unreadable: BootControl = {
  scheme: "memory",
  counting: "holdfast",
  capabilities: new Set(["triesLeft"] as const),
  freshTries: 2,
  read: async () => {
    throw new HoldfastError("badStore", "the store is torn.");
  },
  apply: async () => {
    throw new Error("written to an unreadable store");
  },
};

const unwritable: BootControl = {
  ...unreadable,
  read: () => new MemoryControl(["a", "b"], { freshTries: 2 }).read(),
  apply: async () => {
    throw new HoldfastError("system", "the disk is read-only.");
  },
};

describe("the plan for an image that is proved", () => {
  const verity = { rootHash: "ab", device: "/dev/tree", offset: 0, signature: UNSIGNED };
  const base = { device: "tmpfs", fstype: "tmpfs", options: "mode=0755" };
  const describe = async () => ({
    ...({ entry: "switch-root", entryReason: null, fstype: "erofs", damaged: false } as const),
    ...{ baseFstype: "tmpfs", os: null, releases: [] },
  });

  it("has its proof, and its root around /usr, until developer mode leaves the proof out", async () => {
    const places = [{ ...place("a"), verity, base }];
    let features: ["no-verity"] | ["shell"] = ["shell"];
    const looked: unknown[] = [];
    const opened = device(
      { a: "switch-root" },
      {
        places,
        describe: async (asked) => {
          looked.push(asked.verity);
          return describe();
        },
        developerFlag: () => ({
          flag: { features, ephemeral: false, policy: "open", reset: null },
          problems: [],
        }),
      },
    );
    const usr = { device: "/dev/a", fstype: "erofs", options: "ro", verity };
    expect(await opened.planFor("a", reason)).toMatchObject({
      root: { device: "tmpfs", fstype: "tmpfs", verity: null, usr },
    });
    features = ["no-verity"];
    expect(await opened.planFor("a", reason)).toMatchObject({ root: { usr: { ...usr, verity: null } } });
    expect(looked).toEqual([verity, null]);
  });

  it("is marked bad when its proof failed, unless nothing may be written", async () => {
    const opened = device({ a: "switch-root", b: "switch-root" });
    expect(await opened.markDamaged("a", "It is damaged.")).toBeNull();
    expect((await opened.state()).slots[0]).toMatchObject({ id: "a", health: "bad" });
    expect(await opened.next()).toBe("b");
    const readOnly = device({ a: "switch-root" }, { readOnly: reason });
    expect(await readOnly.markDamaged("a", "It is damaged.")).toBeNull();
    expect((await readOnly.state()).slots[0]?.health).not.toBe("bad");
  });

  it("is not tried again in a boot in which it failed", async () => {
    const opened = device({ a: "switch-root" }, { failed: new Map([["a", "It has no init."]]) });
    expect(await opened.describe("a")).toMatchObject({ entry: null, entryReason: "It has no init." });
  });
});

describe("the plan for a slot", () => {
  it("takes a try first and carries the counters after it", async () => {
    const opened = device({ a: "switch-root", b: "switch-root" });
    expect(await opened.planFor("a", reason)).toEqual({
      action: "switch-root",
      slot: "a",
      identity: "PARTUUID=a",
      root: { device: "/dev/a", fstype: "ext4", options: "ro", verity: null, init: "/sbin/init", usr: null },
      counters: { priority: 2, triesLeft: 1, triesDone: 1 },
      layers: { image: null, developer: null, safe: false },
      reason,
    });
    expect((await opened.status()).slots[0]?.triesLeft).toBe(1);
  });

  it("takes none of a confirmed slot", async () => {
    const opened = device({ a: "switch-root" });
    await opened.apply({ kind: "mark-good", slot: "a" });
    expect(await opened.planFor("a", reason)).toMatchObject({ counters: { triesDone: 0 } });
  });

  it("grants the wish for one start, once, of a confirmed slot too", async () => {
    const opened = device({ a: "switch-root", b: "switch-root" });
    await opened.apply({ kind: "mark-good", slot: "b" });
    await opened.apply({ kind: "select", slot: "b", once: true });
    expect((await opened.decide()).slot).toBe("b");
    await opened.planFor("b", reason);
    expect((await opened.status()).once).toBeNull();
    expect((await opened.decide()).slot).toBe("a");
  });

  it("takes none of the slot that the bootloader entered", async () => {
    const opened = device({ a: "switch-root" }, { bootedByBootloader: "a" });
    expect(await opened.planFor("a", reason)).toMatchObject({ counters: { triesLeft: 2 } });
  });

  it("is kept before a try is spent, so that without room for it none is", async () => {
    const opened = device({ a: "switch-root" });
    const full = () => {
      throw new HoldfastError("system", "no space is left");
    };
    await expect(opened.planFor("a", reason, { keep: full })).rejects.toThrow("no space");
    expect((await opened.status()).slots[0]?.triesLeft).toBe(2);
    const kept: unknown[] = [];
    const plan = await opened.planFor("a", reason, { keep: (early) => kept.push(early) });
    expect([...kept, plan]).toMatchObject([{ counters: { triesLeft: 2 } }, { counters: { triesLeft: 1 } }]);
  });

  it("leaves no word of an entry whose try could not be written", async () => {
    const history = new History(join(root, "state"));
    await device({ a: "switch-root", b: "switch-root" }, { history }).planFor("b", reason);
    const before = await history.last();
    const torn = device({ a: "switch-root", b: "switch-root" }, { history, control: unwritable });
    await expect(torn.planFor("a", reason)).rejects.toThrow("is read-only");
    expect(await history.last()).toEqual(before);
    // What the supervisor goes by when there is no plan: not the slot whose tries can never run out.
    expect(readFileSync(join(root, "state/.holdfast/last-slot"), "utf8")).toBe("b\n");
  });

  it.each([["reboot" as const], [null]])(
    "is refused when its entry is %s, and nothing is counted",
    async (entry) => {
      const opened = device({ a: entry });
      await expect(opened.planFor("a", reason)).rejects.toMatchObject({ kind: "refused" });
      expect((await opened.status()).slots[0]?.triesLeft).toBe(2);
    },
  );

  it("says why a kernel that the configuration names cannot be started, and leaves the restart", async () => {
    const kernel = { linux: "/vmlinuz", initrd: [], options: "" };
    const slot = [{ id: "a", root: "PARTLABEL=a", options: "ro", kernel }];
    const opened = device({ a: "reboot" }, { config: { ...defaultConfig(), slot } });
    const { entry, entryReason } = await opened.describe("a");
    expect(entry).toBe("reboot");
    expect(entryReason).toMatch(/^not here Its own kernel cannot be started from here: \S.*/);
    await expect(opened.planFor("a", reason)).rejects.toMatchObject({ kind: "refused" });
  });

  it("is refused for a slot that is not there, as wrong usage that names the others", async () => {
    const opened = device({ a: "switch-root", b: "switch-root" });
    await expect(opened.planFor("z", reason)).rejects.toMatchObject({
      kind: "usage",
      message: 'There is no slot "z"; this device has a, b.',
    });
  });
});

it("a slot that used up its tries is left with the reason, told once", async () => {
  const opened = device({ a: "switch-root", b: "switch-root" });
  for (const _ of [1, 2]) await opened.planFor("a", (await opened.decide()).reason);
  const decision = await opened.decide();
  expect([decision.slot, decision.reason.text, decision.showMenu]).toEqual([
    "b",
    "Slot A did not start after 2 tries, so slot B is used.",
    true,
  ]);
  await opened.rememberTold("a", decision.reason);
  expect((await opened.decide()).showMenu).toBe(false);
  await opened.planFor("b", decision.reason);
  expect((await opened.decide()).fallback).toBeNull();
});

describe("a read-only device", () => {
  const readOnly = { code: "bad-config", text: "config.toml, line 3: bad." } as const;

  it("refuses every change and says why", async () => {
    const opened = device({ a: "switch-root" }, { readOnly, history: new History(null) });
    await expect(opened.apply({ kind: "mark-bad", slot: "a" })).rejects.toMatchObject({
      kind: "refused",
      message: "Nothing was written: config.toml, line 3: bad.",
    });
  });

  it("still plans, and counts nothing", async () => {
    const opened = device({ a: "switch-root" }, { readOnly, history: new History(null) });
    expect(await opened.planFor("a", readOnly)).toMatchObject({ counters: { triesLeft: 2 } });
  });
});

describe("a store that cannot be read", () => {
  it("makes the slots unknown on the boot path, and the boot goes on uncounted", async () => {
    const opened = device({ a: "switch-root", b: "switch-root" }, { control: unreadable });
    const status = await opened.status();
    expect(status.slots.map((slot) => slot.health)).toEqual(["unknown", "unknown"]);
    expect(status.problems).toEqual(["the store is torn."]);
    expect((await opened.decide()).reason.code).toBe("store-unreadable");
    expect((await opened.planFor("a", reason)).slot).toBe("a");
  });

  it("is an error for people and scripts", async () => {
    const opened = device({ a: "switch-root" }, { control: unreadable, mode: { tolerant: false } });
    await expect(opened.status()).rejects.toThrow("the store is torn.");
  });
});

it("status tells who runs, from the record of this boot", () => {
  const counters = { priority: null, triesLeft: null, triesDone: null };
  const record = { version: 1, slot: "b", identity: "PARTUUID=b", reason, counters, kernel: "6" } as const;
  expect(device({ a: null, b: null }, { record }).booted).toEqual({ slot: "b", certain: true });
});
