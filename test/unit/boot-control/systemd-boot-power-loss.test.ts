import { describe, expect, test } from "vitest";
import { type BootEntry, readEntries } from "../../../src/boot-control/boot-entries.ts";
import { mountedFolders } from "../../../src/boot-control/boot-folders.ts";
import { readLoaderFacts, writeWish } from "../../../src/boot-control/loader-facts.ts";
import { SystemdBoot } from "../../../src/boot-control/systemd-boot.ts";
import { type LoaderStep, planChange } from "../../../src/boot-control/systemd-boot-change.ts";
import type { Change } from "../../../src/domain/slot.ts";
import { renameDurably } from "../../../src/linux/entry-files.ts";
import { entryText, type FakeEsp, fakeEsp } from "../../fixtures/esp.ts";

const SLOTS = ["os-2", "os-1"].map((id) => ({ id, entry: `${id}.conf`, problem: null }));
const COUNTERS = ["", "+3-0", "+0-3"];
const DEFAULTS = [null, "os-1[.+]*", "os-2[.+]*"];
const CHANGES: readonly Change[] = SLOTS.flatMap(({ id: slot }) => [
  { kind: "select", slot, once: false } as const,
  { kind: "select", slot, once: true } as const,
  { kind: "mark-good", slot } as const,
  { kind: "mark-bad", slot } as const,
  { kind: "set-tries", slot, tries: 2 } as const,
]);

/** Every state of two entries and the default that was asked for. */
const CASES = COUNTERS.flatMap((newer) =>
  COUNTERS.flatMap((older) => DEFAULTS.map((wish) => [newer, older, wish] as const)),
);

function craft([newer, older, wish]: (typeof CASES)[number]): FakeEsp {
  const esp = fakeEsp();
  esp.put({
    [`loader/entries/os-2${newer}.conf`]: entryText(),
    [`loader/entries/os-1${older}.conf`]: entryText(),
  });
  if (wish !== null) esp.set("LoaderEntryDefault", wish);
  esp.set("LoaderEntryOneShot", "os-1[.+]*");
  return esp;
}

function planned(esp: FakeEsp, change: Change): LoaderStep[] {
  const list = readEntries([esp.root]);
  const entry = list.entries.find(({ id }) => id === `${change.slot}.conf`) as BootEntry;
  const rule = { freshTries: 3, counting: "holdfast" } as const;
  return planChange({ list, facts: readLoaderFacts(esp.variables) }, entry, change, rule);
}

function carryOut(esp: FakeEsp, steps: readonly LoaderStep[]): void {
  for (const step of steps) {
    if (step.kind === "rename") renameDurably(step.folder, step.from, step.to);
    else if (step.kind === "set") writeWish(esp.variables, step.name, step.value);
    else esp.variables.remove(step.name);
  }
}

const control = (esp: FakeEsp) =>
  new SystemdBoot(mountedFolders([esp.root]), esp.variables, {
    slots: SLOTS,
    counting: "holdfast",
    freshTries: 3,
    booted: null,
  });

describe.each(CASES)("entries os-2%s and os-1%s, default %s", (...state) => {
  test.each(CHANGES.map((change) => [JSON.stringify(change), change] as const))(
    "%s, cut off after any of its writes, leaves what was or what will be, and is done by asking again",
    async (_, change) => {
      const whole = craft(state);
      const count = planned(whole, change).length;
      const before = await control(whole).read();
      const after = await control(whole).apply(change);
      whole.clear();
      for (let done = 0; done <= count; done++) {
        const esp = craft(state);
        carryOut(esp, planned(esp, change).slice(0, done));
        const cut = await control(esp).read();
        expect([before.default, after.default]).toContain(cut.default);
        expect([before.once, after.once]).toContain(cut.once);
        for (const [index, slot] of cut.slots.entries()) {
          const known = [before.slots[index], after.slots[index]].map((each) => each?.health);
          expect(known).toContain(slot.health);
        }
        const again = await control(esp).apply(change);
        expect(again).toEqual(after);
        esp.clear();
      }
    },
  );
});
