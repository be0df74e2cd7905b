import { expect, test } from "vitest";
import {
  claimOf,
  findSystem,
  groupKey,
  idOfKey,
  isSystemKey,
  plainStart,
  type SystemGroup,
} from "../../../src/domain/kept-systems.ts";
import { KEPT, keptSystem } from "../../fixtures/kept-systems.ts";

const [ostree, nixos] = KEPT.groups as [SystemGroup, SystemGroup];

test("a group is named by the file system, and by the subvolume that holds it", () => {
  expect(groupKey("ostree", { device: "/dev/vda2", options: "" })).toBe("ostree:vda2");
  expect(groupKey("ostree", { device: "/dev/vda2", options: "subvol=root" })).toBe("ostree:vda2/root");
  expect(groupKey("btrfs-snapshot", { device: "/dev/vda2", options: "subvolid=5" })).toBe(
    "btrfs-snapshot:vda2",
  );
});

test("a key leads back to its system and to its id, which may have colons itself", () => {
  for (const system of [...ostree.systems, ...nixos.systems]) {
    expect(findSystem(KEPT, system.key)).toBe(system);
    expect(idOfKey(system.key)).toBe(system.id);
    expect(isSystemKey(system.key)).toBe(true);
  }
  expect([isSystemKey("a"), idOfKey("a"), findSystem(KEPT, "a")]).toEqual([false, null, undefined]);
});

test("without slots a device goes on by the one default, and by none where two families have one", () => {
  expect(plainStart({ groups: [ostree], problems: [] })).toBe(ostree.systems[0]);
  expect(plainStart(KEPT)).toBeNull();
  expect(plainStart({ groups: [], problems: [] })).toBeNull();
});

test("what the bootloader named goes before every default, and none is taken where that cannot be entered", () => {
  const [newest, pinned] = ostree.systems;
  const named = (key: string | undefined) => ({ ...ostree, named: key ?? null });
  expect(plainStart({ groups: [named(newest?.key), nixos], problems: [] })).toBe(newest);
  expect(plainStart({ groups: [named(pinned?.key)], problems: [] })).toBeNull();
});

test("a default that cannot be entered from here is no way on", () => {
  const flags = { ...keptSystem("x:y", "ostree", "z").flags, default: true };
  const broken = keptSystem("x:y", "ostree", "z", {
    flags,
    once: { entry: null, reason: "It has no init." },
  });
  expect(plainStart({ groups: [{ ...ostree, systems: [broken] }], problems: [] })).toBeNull();
});

test("beside a slot that only a type tells, a family claims the start by the bootloader's word or by a default", () => {
  const [newest, pinned] = ostree.systems;
  const claim = (group: SystemGroup) => claimOf({ groups: [group], problems: [] });
  expect(claim(ostree)).toBe("default");
  expect(claim({ ...ostree, named: pinned?.key ?? null })).toBe("named");
  expect(claim({ ...ostree, systems: ostree.systems.filter((each) => each !== newest) })).toBeNull();
  const closed = ostree.systems.map((each) => ({
    ...each,
    once: { entry: null, reason: "It has no init." },
  }));
  expect(claim({ ...ostree, systems: closed })).toBeNull();
});
