import { describe, expect, test } from "vitest";
import type { SystemGroup } from "../../../src/domain/kept-systems.ts";
import type { DeviceStatus } from "../../../src/domain/status.ts";
import type { Model } from "../../../src/menu/model.ts";
import { learn } from "../../../src/menu/readings.ts";
import { view } from "../../../src/menu/show.ts";
import { ALL_SERVICES } from "../../fixtures/fake-services.ts";
import { KEPT } from "../../fixtures/kept-systems.ts";
import { applied, chooseKey, deviceOf, itemOf, keysOf, menuOf, openSlot } from "./device.ts";

const [ostree] = KEPT.groups as [SystemGroup];
const [NEWEST, PINNED, BROKEN] = ostree.systems.map(({ key }) => key) as [string, string, string];

function menuWith(systems = KEPT, status: DeviceStatus = deviceOf()): Model {
  return learn(menuOf(status, { offered: ALL_SERVICES }), { service: "systems" }, systems);
}

function openSystem(key: string): Model {
  const group = chooseKey(menuWith(), `systems:${ostree.key}`).model;
  return chooseKey(group, `system:${key}`).model;
}

/** A device that has nothing but one OSTree. */
const ALONE: DeviceStatus = deviceOf({
  slots: [],
  default: null,
  next: { slot: null, reason: { code: "store-unreadable", text: "no disk shows slots" } },
});

describe("on the first screen", () => {
  test("families stand behind the slots and the way on, one item for each file system", () => {
    expect(keysOf(menuWith()).slice(0, 5)).toEqual([
      "slot:a",
      "slot:b",
      "continue",
      "systems:ostree:mmcblk0p20",
      "systems:nixos:sda2",
    ]);
    expect(itemOf(menuWith(), "systems:ostree:mmcblk0p20")).toMatchObject({
      label: "OSTree on mmcblk0p20",
      detail: "3 systems",
    });
  });

  test("groups on several disks stand below the name of theirs; one disk needs none", () => {
    const on = (node: string, hasSlots: boolean, model: string | null = null) => {
      return { node, model, bytes: 512_110_190_592, hasSlots };
    };
    const [first, second] = KEPT.groups as [SystemGroup, SystemGroup];
    const headings = (groups: readonly SystemGroup[], status?: DeviceStatus) =>
      view(menuWith({ groups, problems: [] }, status)).items.flatMap(({ heading }) => heading ?? []);
    const own = on("/dev/mmcblk0", true);
    const ssd = on("/dev/nvme0n1", false, "Samsung SSD 980");
    const alone = { ...first, disk: own };
    const apart = { ...second, disk: ssd };
    expect(headings([alone, { ...second, disk: own }])).toEqual([]);
    expect(headings([alone, { ...alone, key: "nixos:x" }, apart])).toEqual([
      "mmcblk0 (512 GB)",
      "Samsung SSD 980 (nvme0n1, 512 GB)",
    ]);
    expect(headings([apart])).toEqual(["Samsung SSD 980 (nvme0n1, 512 GB)"]);
    expect(headings([apart], ALONE)).toEqual([]);
    const { disk: _, ...unknown } = first;
    expect(headings([unknown, alone])).toEqual([]);
  });

  test("a device that keeps no others shows none, nor does one that was not looked at", () => {
    const none = menuWith({ groups: [], problems: [] });
    expect(keysOf(none)).toEqual(keysOf(menuOf(deviceOf(), { offered: ALL_SERVICES })));
  });

  test("without slots the default system is the way on", () => {
    const menu = menuWith({ groups: [ostree], problems: [] }, ALONE);
    expect(itemOf(menu, "continue")).toMatchObject({ label: "Start Pm OS 24.3", enabled: true });
    expect(chooseKey(menu, "continue").effects).toEqual([
      {
        kind: "finish",
        outcome: { kind: "enter-system", system: NEWEST, title: "Pm OS 24.3" },
        from: "ttyS0",
      },
    ]);
  });

  test("what nobody could look into is said where there are no slots", () => {
    const problem = "/dev/vda3 cannot be looked into: it is encrypted (LUKS) and was not opened.";
    const closed = { groups: [], problems: [problem] };
    const values = (menu: Model) => view(menu).facts.map(({ value }) => value);
    expect(values(menuWith(closed, ALONE))).toContain(problem);
    expect(values(menuWith(closed))).not.toContain(problem);
  });

  test("without slots and with two defaults a person has to choose", () => {
    expect(itemOf(menuWith(KEPT, ALONE), "continue")).toMatchObject({ enabled: false });
  });
});

describe("a system", () => {
  test("says before it is chosen how it is entered, and what it is", () => {
    const group = chooseKey(menuWith(), `systems:${ostree.key}`).model;
    expect(view(group).items.map(({ card }) => card && [card.name, card.version, card.marks])).toEqual([
      ["Pm OS 24.3", expect.stringMatching(/ · From here$/), ["Default", "Ran last"]],
      ["Pm OS 24.2", expect.stringMatching(/ · By its own kernel$/), ["Kept"]],
      ["entry:ostree-1.conf", "Not from here", ["Incomplete"]],
      null,
    ]);
  });

  test("is started once, and only the running system makes it the default, by a command that is shown", () => {
    const menu = openSystem(PINNED);
    expect(itemOf(menu, "start")).toMatchObject({
      label: "Start Pm OS 24.2 once",
      detail: "Its own kernel is started from here. The default stays.",
    });
    expect(chooseKey(menu, "start").effects).toEqual([
      {
        kind: "finish",
        outcome: { kind: "enter-system", system: PINNED, title: "Pm OS 24.2" },
        from: "ttyS0",
      },
    ]);
    expect(itemOf(menu, "make-default")).toMatchObject({
      enabled: false,
      detail: "Only the running system can. Start it, then run there: ostree admin set-default 1",
    });
    expect(itemOf(openSystem(NEWEST), "make-default")?.detail).toBe("It is the default already.");
  });

  test("that is not whole says why, and cannot be started", () => {
    const menu = openSystem(BROKEN);
    expect(itemOf(menu, "start")).toMatchObject({
      enabled: false,
      detail: "There is nothing that it could start.",
    });
    expect(chooseKey(menu, "start").effects).toEqual([]);
    expect(view(menu).facts).toContainEqual({
      label: "Reason",
      value: "The boot entry ostree-1.conf leads to no deployment that is there.",
    });
  });

  test("is compared with the default of its family, or with another one of it", () => {
    const menu = chooseKey(openSystem(PINNED), "compare").model;
    expect(view(menu).title).toBe("Pm OS 24.2 and Pm OS 24.3");
    expect(keysOf(menu).filter((key) => key.startsWith("with:"))).toEqual([]);
  });
});

test("a write to a slot does not close the screens about systems", () => {
  const menu = openSystem(PINNED);
  const slot = openSlot(menuWith(), "b");
  const writing = chooseKey(slot, "make-default").model;
  const open = { ...writing, stack: menu.stack };
  expect(applied(open, deviceOf()).model.stack).toEqual(menu.stack);
});
