import { mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Place } from "../../../../src/roots/kinds/kind.ts";
import { abrootFamily, abrootId, abrootPlace } from "../../../fixtures/systems/abroot.ts";
import { alpineFamily, idOfOverlay } from "../../../fixtures/systems/alpine.ts";
import { btrfsSnapshotFamily, snapshotId } from "../../../fixtures/systems/btrfs-snapshot.ts";
import { type Family, KERNEL } from "../../../fixtures/systems/family.ts";
import { guixFamily, guixId } from "../../../fixtures/systems/guix.ts";
import { generationId, nixosFamily } from "../../../fixtures/systems/nixos.ts";
import { COMMITS, idOf, ostreeFamily } from "../../../fixtures/systems/ostree.ts";

/*
 * What is not whole, by kind of damage: listed as what it is, in a sentence, and never entered. A table inside a
 * partition and a damaged block under verity need a kernel: see the VM tests of families and of the hermetic /usr.
 */

const RUNNING = { kernel: KERNEL, lastRun: null, isAlpine: true };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-bad-"));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Case {
  readonly what: string;
  readonly family: Family;
  readonly id: string;
  readonly sentence: string;
  /** What is done to the sound tree; its own damage is enough when missing. */
  damage?(): Place | undefined;
}

const CASES: readonly Case[] = [
  {
    what: "a link of NixOS that dangles",
    family: nixosFamily,
    id: generationId("system-1", "gone"),
    sentence: "Its system /nix/store/gone-nixos-system-device-26.05 is gone from the store.",
  },
  {
    what: "a link of Guix that dangles",
    family: guixFamily,
    id: guixId(1, "gone"),
    sentence: "Its system /gnu/store/gone-system is gone from the store.",
  },
  {
    what: "a deployment without origin",
    family: ostreeFamily,
    id: idOf("24.2"),
    sentence: "Without its origin file nobody knows that it is whole.",
    damage() {
      unlinkSync(join(root, `ostree/deploy/pmos/deploy/${COMMITS["24.2"].commit}.0.origin`));
      return undefined;
    },
  },
  {
    what: "a boot entry without a target",
    family: ostreeFamily,
    id: "entry:ostree-1-pmos.conf",
    sentence: "There is nothing that it could start.",
  },
  {
    what: "a snapshot without info.xml",
    family: btrfsSnapshotFamily,
    id: snapshotId(4),
    sentence: "It has no info.xml: its making was not finished.",
  },
  {
    what: "a snapshot in progress",
    family: btrfsSnapshotFamily,
    id: snapshotId(3),
    sentence: "Its update was not finished.",
  },
  {
    what: "a truncated apkovl",
    family: alpineFamily,
    id: idOfOverlay("pm.20260701100000.tar.gz"),
    sentence: "Its pm.20260701100000.tar.gz is cut off or damaged (gzip).",
  },
  {
    what: "one label on two file systems",
    family: abrootFamily,
    id: `vos-a@sda4=${abrootId("a").replace("vos-a=", "")}`,
    sentence: "2 file systems are called vos-a; which of them it starts is not certain.",
    damage: () => abrootPlace(root, ["vos-a", "vos-a", "vos-boot"]),
  },
];

test.each(CASES)("$what is listed as that and never entered", ({ family, id, sentence, damage }) => {
  const { kind } = family;
  const sound = family.make(root);
  const place = damage?.() ?? sound;
  expect(kind.list(place)).toContain(id);
  expect(kind.describe(place, id, RUNNING)).toMatchObject({
    once: { entry: null, reason: sentence },
    flags: { incomplete: true },
  });
  expect(() => kind.open(place, id, RUNNING, "/sysroot")).toThrow(sentence);
});
