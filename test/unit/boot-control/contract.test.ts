import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { AndroidGpt } from "../../../src/boot-control/android-gpt.ts";
import { AndroidMisc } from "../../../src/boot-control/android-misc.ts";
import { BackendScript } from "../../../src/boot-control/backend-script.ts";
import type { BootControl } from "../../../src/boot-control/boot-control.ts";
import { mountedFolders } from "../../../src/boot-control/boot-folders.ts";
import { ChromeosGpt } from "../../../src/boot-control/chromeos-gpt.ts";
import { CounterFile } from "../../../src/boot-control/counter-file.ts";
import { CustomControl } from "../../../src/boot-control/custom.ts";
import { GrubEnvStore } from "../../../src/boot-control/grubenv.ts";
import { MemoryControl } from "../../../src/boot-control/memory.ts";
import { AVB_AB, BOOTLOADER_CONTROL, type MiscFormat } from "../../../src/boot-control/misc-format.ts";
import { RaucBareboxStyle } from "../../../src/boot-control/rauc-barebox-style.ts";
import { RaucGrubStyle } from "../../../src/boot-control/rauc-grub-style.ts";
import { RaucUbootStyle } from "../../../src/boot-control/rauc-uboot-style.ts";
import { SystemdBoot } from "../../../src/boot-control/systemd-boot.ts";
import { VariableControl } from "../../../src/boot-control/variable-control.ts";
import type { VariableStore } from "../../../src/boot-control/variable-style.ts";
import type { Capability, Change, SlotState } from "../../../src/domain/slot.ts";
import { ablStarts, androidDisk } from "../../fixtures/android.ts";
import { entryText, type FakeEsp, fakeEsp } from "../../fixtures/esp.ts";
import { craftDisk, craftedGuid } from "../../fixtures/gpt.ts";
import { craftGrubEnv } from "../../fixtures/grubenv.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { craftAvbAb, craftControl, firmwareStarts, miscImage } from "../../fixtures/misc.ts";
import { craftEnv, envStoreOn } from "../../fixtures/uboot-env.ts";

/** A new store whose slots have three tries each and boot in this order. */
type Make = (booted: string | null) => Store;
interface Store {
  open(booted: string | null): BootControl;
  /** Starts the slot as the bootloader does, which counts; where it is missing, Holdfast counts. */
  start?(id: string): Promise<void>;
}
/** Where a scheme's own rules differ; what is missing is as in the store in memory. */
interface Terms {
  readonly ids?: readonly string[];
  readonly maxTries?: number;
  /** Tries that each slot starts with, and gets anew. */
  readonly fresh?: number;
  readonly noPriority?: boolean;
  /** Nothing stored says confirmed: a good mark gives a slot all its tries back, and every start takes one. */
  readonly neverConfirms?: boolean;
  /** Tries that a good mark leaves behind. */
  readonly triesWhenGood?: number;
  /** Marked bad by a bit of its own, with the tries as they were. */
  readonly keepsTriesWhenBad?: boolean;
  /** The bootloader falls back to confirmed slots only. */
  readonly fallsBackToGoodOnly?: boolean;
  /** Marks cannot change the order, so that a slot that can start again stands where it stood. */
  readonly keepsOrder?: boolean;
  /** The bootloader starts the first in order even when all are bad. */
  readonly startsBadOnes?: boolean;
}
const IDS = ["a", "b", "c"];
const folder = mkdtempSync(join(tmpdir(), "holdfast-contract-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const esps: FakeEsp[] = [];
afterAll(() => {
  for (const esp of esps) esp.clear();
});

const SCHEMES: Record<string, { readonly make: Make } & Terms> = {
  memory: {
    make: (booted) => {
      const control = new MemoryControl(IDS, { freshTries: 3, booted });
      return { open: () => control };
    },
  },
  "counter-file": {
    make: () => {
      const path = join(folder, `${files++}`, "slots.json");
      return { open: (booted) => new CounterFile(path, { slots: IDS, freshTries: 3, booted }) };
    },
  },
  "chromeos-gpt": {
    make: () => {
      const entries = IDS.map((id, i) => ({ number: i + 1, name: `KERN-${id}`, word: 0x30 | (3 - i) }));
      const disk = new MemoryDisk(craftDisk({ entries }));
      const slots = IDS.map((id, i) => ({ id, guid: craftedGuid(i + 1), problem: null }));
      return {
        open: (booted) => new ChromeosGpt(disk.open, { slots, counting: "holdfast", freshTries: 3, booted }),
      };
    },
  },
  "android-misc": {
    maxTries: 7,
    triesWhenGood: 1,
    make: () => miscStore(BOOTLOADER_CONTROL, craftControl([0x3f, 0x3e, 0x3d])),
  },
  "avb-ab": {
    ids: ["a", "b"],
    maxTries: 7,
    make: () => miscStore(AVB_AB, craftAvbAb([15, 3, 0], [14, 3, 0])),
  },
  "android-gpt": {
    ids: ["a", "b"],
    maxTries: 7,
    keepsTriesWhenBad: true,
    fallsBackToGoodOnly: true,
    keepsOrder: true,
    make: () => {
      const disk = new MemoryDisk(androidDisk());
      const slots = [
        { id: "a", suffix: "_a" },
        { id: "b", suffix: "_b" },
      ] as const;
      return {
        open: (booted) => new AndroidGpt([disk.open], { slots, storage: "emmc", freshTries: 3, booted }),
        start: async (id) => {
          expect(await ablStarts(disk.open)).toMatchObject({ kind: "boot", index: id === "a" ? 0 : 1 });
        },
      };
    },
  },
  custom: {
    noPriority: true,
    make: () => {
      const script = join(folder, `${files++}`, "backend");
      mkdirSync(dirname(script));
      copyFileSync(join(import.meta.dirname, "../../fixtures/custom-backend"), script);
      writeFileSync(join(dirname(script), "order"), "a b c\n");
      for (const id of IDS) writeFileSync(join(dirname(script), `${id}.state`), "trying\n");
      for (const id of IDS) writeFileSync(join(dirname(script), `${id}.tries`), "3\n");
      const capabilities = ["select", "once", "markGood", "markBad", "triesLeft", "setTries"] as const;
      const parts = {
        slots: IDS.map((id) => ({ id, bootname: id })),
        capabilities: new Set(capabilities),
        confirms: true,
        counting: "holdfast",
        freshTries: 3,
      } as const;
      return { open: (booted) => new CustomControl(new BackendScript(script, 30_000), { ...parts, booted }) };
    },
  },
  "uboot-env": {
    maxTries: 9,
    neverConfirms: true,
    make: () => {
      const left = IDS.map((id) => `BOOT_${id.toUpperCase()}_LEFT=3`);
      const [first, second] = [1, 0].map((flags) => craftEnv(["BOOT_ORDER=A B C", ...left], { flags }));
      const disk = new MemoryDisk(Buffer.concat([first as Buffer, second as Buffer]));
      const style = new RaucUbootStyle(named(IDS), { attempts: 3, attemptsPrimary: 3 });
      const options = { scheme: "uboot-env", counting: "holdfast" } as const;
      return { open: (booted) => new VariableControl(envStoreOn(disk, 2), style, { ...options, booted }) };
    },
  },
  grubenv: {
    maxTries: 1,
    fresh: 1,
    neverConfirms: true,
    make: () => {
      const flags = IDS.map((id) => [`${id.toUpperCase()}_OK=1`, `${id.toUpperCase()}_TRY=0`]);
      const disk = new MemoryDisk(craftGrubEnv(["ORDER=A B C", ...flags.flat()]));
      const store = new GrubEnvStore(disk.open, "memory.img");
      const options = { scheme: "grubenv", counting: "holdfast" } as const;
      const style = new RaucGrubStyle(named(IDS));
      return { open: (booted) => new VariableControl(store, style, { ...options, booted }) };
    },
  },
  "rauc with barebox": {
    neverConfirms: true,
    make: () => {
      const state = (id: string, index: number): [string, string][] => [
        [`bootstate.${id.toUpperCase()}.priority`, `${20 - index}`],
        [`bootstate.${id.toUpperCase()}.remaining_attempts`, "3"],
      ];
      const store = variablesInMemory(new Map(IDS.flatMap(state)));
      const style = new RaucBareboxStyle(named(IDS), { attempts: 3, attemptsPrimary: 3 });
      const options = { scheme: "rauc", counting: "holdfast" } as const;
      return { open: (booted) => new VariableControl(store, style, { ...options, booted }) };
    },
  },
  "systemd-boot": {
    keepsOrder: true,
    startsBadOnes: true,
    make: () => {
      const esp = fakeEsp();
      esps.push(esp);
      const files = IDS.map((id, i) => [`loader/entries/os-${9 - i}${id}+3-0.conf`, entryText()]);
      esp.put(Object.fromEntries(files));
      const slots = IDS.map((id, i) => ({ id, entry: `os-${9 - i}${id}.conf`, problem: null }));
      const options = { slots, counting: "holdfast", freshTries: 3 } as const;
      const folders = mountedFolders([esp.root]);
      return { open: (booted) => new SystemdBoot(folders, esp.variables, { ...options, booted }) };
    },
  },
};

function named(ids: readonly string[]): { id: string; bootname: string }[] {
  return ids.map((id) => ({ id, bootname: id.toUpperCase() }));
}

/** Stands in for a tool that keeps variables, such as barebox-state. */
function variablesInMemory(variables: Map<string, string>): VariableStore {
  return {
    read: async () => ({ variables, problems: [] }),
    async update(edit) {
      for (const [name, value] of edit(variables)) variables.set(name, value ?? "");
    },
  };
}

/** A store in misc, and a firmware that follows the format's rule. */
function miscStore(format: MiscFormat, content: Buffer): Store {
  const disk = new MemoryDisk(miscImage(content));
  const slots = format.decode(content, "misc").slots.map((_, index) => ({ id: IDS[index] ?? "", index }));
  const place = { base: 0, size: disk.bytes.length, backupOffset: null };
  return {
    open: (booted) => new AndroidMisc(disk.open, format, { ...place, slots, freshTries: 3, booted }),
    start: async (id) => expect(IDS[firmwareStarts(disk.bytes, format) ?? -1]).toBe(id),
  };
}

// A script takes some fifty processes per test, which a busy machine starts slowly.
describe.each(Object.entries(SCHEMES))("%s", { timeout: 60_000 }, (_, { make, ...terms }) => {
  const { ids = IDS, maxTries = 15, fresh = 3, triesWhenGood = 0, neverConfirms = false } = terms;
  const good = neverConfirms ? { health: "trying", successful: null } : { health: "good", successful: true };
  const unconfirmed = neverConfirms ? null : false;
  /** Priority 0 would hide the slot; a scheme without priorities says so by null. */
  const expectPlace = ({ priority }: SlotState) => {
    if (terms.noPriority === true) expect(priority).toBeNull();
    else expect(priority).toBeGreaterThan(0);
  };
  const countdown = Array.from({ length: fresh }, (_, taken) => fresh - 1 - taken);
  const last = ids.at(-1) ?? "";
  const store = (booted: string | null = null) => make(booted).open(booted);
  const start = async (made: Store, id: string) => {
    if (made.start === undefined) await made.open(null).apply({ kind: "take-try", slot: id });
    else await made.start(id);
  };
  /** Makes every slot but one a target of a fallback. */
  const readyOthers = async (control: BootControl, id: string) => {
    if (terms.fallsBackToGoodOnly !== true) return;
    for (const slot of ids.filter((each) => each !== id)) await control.apply({ kind: "mark-good", slot });
  };
  const slot = async (control: BootControl, id: string): Promise<SlotState> => {
    const found = (await control.read()).slots.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no slot ${id}`);
    return found;
  };

  test("starts with every slot trying, in table order", async () => {
    const state = await store().read();
    expect(state.slots.map(({ id, health, triesLeft }) => [id, health, triesLeft])).toEqual(
      ids.map((id) => [id, "trying", fresh]),
    );
    expect(state).toMatchObject({ default: "a", once: null, problems: [] });
  });

  test("select makes a slot the default and keeps the order of the others", async () => {
    const control = store();
    await readyOthers(control, last);
    const state = await control.apply({ kind: "select", slot: last, once: false });
    expect(state.default).toBe(last);
    expect(await control.read()).toEqual(state);
    await control.apply({ kind: "mark-bad", slot: last });
    expect((await control.read()).default).toBe("a");
  });

  test("selecting a bad slot gives it fresh tries, for the choice to come true", async () => {
    const control = store();
    await control.apply({ kind: "mark-bad", slot: "b" });
    const state = await control.apply({ kind: "select", slot: "b", once: false });
    expect(state.default).toBe("b");
    expect(await slot(control, "b")).toMatchObject({
      health: "trying",
      triesLeft: fresh,
      successful: unconfirmed,
    });
  });

  test("selecting a good slot leaves it good", async () => {
    const control = store();
    await control.apply({ kind: "mark-good", slot: "b" });
    await control.apply({ kind: "select", slot: "b", once: false });
    expect(await slot(control, "b")).toMatchObject(good);
  });

  test("a slot that uses up its tries becomes bad and the next one is the default", async () => {
    const made = make(null);
    const control = made.open(null);
    await readyOthers(control, "a");
    for (const left of countdown) {
      await start(made, "a");
      expect((await slot(control, "a")).triesLeft).toBe(left);
    }
    expect(await slot(control, "a")).toMatchObject({ health: "bad", successful: unconfirmed });
    expect((await control.read()).default).toBe("b");
  });

  test("the running slot on its last try is trying, and a good mark makes it the default again", async () => {
    const made = make("a");
    for (const _ of countdown) await start(made, "a");
    const control = made.open("a");
    expect(await slot(control, "a")).toMatchObject({ health: "trying", triesLeft: 0 });
    const state = await control.apply({ kind: "mark-good", slot: "a" });
    expect(await slot(control, "a")).toMatchObject({
      ...good,
      triesLeft: neverConfirms ? fresh : triesWhenGood,
    });
    expect(state.default).toBe("a");
  });

  test("the running slot is bad once it was marked bad", async () => {
    const control = store("a");
    const state = await control.apply({ kind: "mark-bad", slot: "a" });
    const triesLeft = terms.keepsTriesWhenBad === true ? 3 : 0;
    expect(state.slots[0]).toMatchObject({ health: "bad", triesLeft });
    expect(await slot(control, "a")).toMatchObject({ health: "bad" });
  });

  test("a slot that is confirmed loses no try; one that cannot be has all of them after a good mark", async () => {
    const made = make(null);
    if (neverConfirms) await start(made, "a");
    const marked = await made.open(null).apply({ kind: "mark-good", slot: "a" });
    if (neverConfirms) expect(marked.slots[0]?.triesLeft).toBe(fresh);
    else await start(made, "a");
    expect(await made.open(null).read()).toEqual(marked);
  });

  test("marking a bad slot good does not put it before the others, unless it never lost its place", async () => {
    const control = store();
    await readyOthers(control, "a");
    expect((await control.apply({ kind: "mark-bad", slot: "a" })).default).toBe("b");
    const state = await control.apply({ kind: "mark-good", slot: "a" });
    expect(state.default).toBe(terms.keepsOrder === true ? "a" : "b");
    expect(await slot(control, "a")).toMatchObject(good);
    expectPlace(await slot(control, "a"));
  });

  test.each([...new Set([1, maxTries])])(
    "%d fresh tries bring a bad slot back, without a good mark",
    async (tries) => {
      const control = store();
      await control.apply({ kind: "mark-good", slot: last });
      await control.apply({ kind: "mark-bad", slot: last });
      await control.apply({ kind: "set-tries", slot: last, tries });
      expect(await slot(control, last)).toMatchObject({
        health: "trying",
        triesLeft: tries,
        successful: unconfirmed,
      });
      expectPlace(await slot(control, last));
      expect((await control.read()).default).toBe("a");
    },
  );

  test("with every slot bad there is no default, unless the bootloader starts the first all the same", async () => {
    const control = store();
    for (const id of ids) await control.apply({ kind: "mark-bad", slot: id });
    expect(await control.read()).toMatchObject({ default: terms.startsBadOnes === true ? "a" : null });
  });

  test("refuses a slot that it does not have and tries that cannot be stored", async () => {
    const control = store();
    const before = await control.read();
    const rejected = async (change: Change, message: RegExp) =>
      expect(control.apply(change)).rejects.toMatchObject({
        kind: "usage",
        message: expect.stringMatching(message),
      });
    await rejected(
      { kind: "mark-good", slot: "d" },
      new RegExp(`no slot d; the slots are: ${ids.join(", ")}`),
    );
    for (const tries of [0, maxTries + 1, -1, 1.5, Number.NaN]) {
      await rejected({ kind: "set-tries", slot: "a", tries }, new RegExp(`${maxTries} would be right`));
    }
    expect(await control.read()).toEqual(before);
  });

  test("what it cannot store reads null and is refused; what it can store reads a value", async () => {
    const control = store();
    const { slots } = await control.read();
    const reads = (key: "triesLeft" | "triesDone") => slots.every((each) => each[key] !== null);
    for (const key of ["triesLeft", "triesDone"] as const) {
      expect(reads(key)).toBe(control.capabilities.has(key));
    }
    const once = control.apply({ kind: "select", slot: "b", once: true });
    if (control.capabilities.has("once")) expect((await once).once).toBe("b");
    else await expect(once).rejects.toMatchObject({ kind: "refused", exitCode: 4 });
    const always: Capability[] = ["select", "markGood", "markBad", "setTries"];
    expect(always.filter((each) => !control.capabilities.has(each))).toEqual([]);
  });
});

describe.each(["memory", "counter-file"])("once in %s", (scheme) => {
  const make = () => (SCHEMES[scheme] as { make: Make }).make(null).open(null);

  test("is used up by the try that it asked for, and leaves the default alone", async () => {
    const control = make();
    expect(await control.apply({ kind: "select", slot: "c", once: true })).toMatchObject({
      default: "a",
      once: "c",
    });
    await control.apply({ kind: "take-try", slot: "a" });
    expect((await control.read()).once).toBe("c");
    expect(await control.apply({ kind: "take-try", slot: "c" })).toMatchObject({ default: "a", once: null });
  });

  test("is used up by a good slot too", async () => {
    const control = make();
    await control.apply({ kind: "mark-good", slot: "c" });
    await control.apply({ kind: "select", slot: "c", once: true });
    expect((await control.apply({ kind: "take-try", slot: "c" })).once).toBeNull();
  });

  test("gives a bad slot exactly one try", async () => {
    const control = make();
    await control.apply({ kind: "mark-bad", slot: "a" });
    const state = await control.apply({ kind: "select", slot: "a", once: true });
    expect(state).toMatchObject({ default: "b", once: "a" });
    expect(state.slots[0]).toMatchObject({ health: "trying", triesLeft: 1 });
    await control.apply({ kind: "take-try", slot: "a" });
    expect((await control.read()).slots[0]).toMatchObject({ health: "bad", triesDone: 1 });
  });

  test("ends when the slot is marked bad or another default is chosen", async () => {
    const control = make();
    await control.apply({ kind: "select", slot: "c", once: true });
    expect((await control.apply({ kind: "mark-bad", slot: "c" })).once).toBeNull();
    await control.apply({ kind: "select", slot: "b", once: true });
    expect((await control.apply({ kind: "select", slot: "c", once: false })).once).toBeNull();
  });
});
