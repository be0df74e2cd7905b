import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alpineFamily, idOfOverlay } from "../../../fixtures/systems/alpine.ts";
import { btrfsSnapshotFamily, snapshotId } from "../../../fixtures/systems/btrfs-snapshot.ts";
import type { Family } from "../../../fixtures/systems/family.ts";
import { guixFamily } from "../../../fixtures/systems/guix.ts";
import { generationId, nixosFamily, toplevelOf } from "../../../fixtures/systems/nixos.ts";
import { idOf, ostreeFamily } from "../../../fixtures/systems/ostree.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-named-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test.each<readonly [string, Family, string, string | null]>([
  ["a deployment by ostree=", ostreeFamily, "root=x ostree=/ostree/boot.1/pmos/6.1.0-24.2/2", idOf("24.2")],
  ["no deployment by a link that leads nowhere", ostreeFamily, "ostree=/ostree/boot.1/pmos/gone/0", null],
  [
    "a snapshot by rootflags=",
    btrfsSnapshotFamily,
    `rootflags=noatime,subvol=/${snapshotId(2)}`,
    snapshotId(2),
  ],
  ["no snapshot by another subvolume", btrfsSnapshotFamily, "rootflags=subvol=@", null],
  [
    "a generation by init=",
    nixosFamily,
    `init=${toplevelOf("aaaa")}/init quiet`,
    generationId("system-2", "aaaa"),
  ],
  ["no generation by any other init", nixosFamily, "init=/init", null],
  ["an overlay by apkovl=", alpineFamily, "apkovl=sda2:pm.apkovl.tar.gz", idOfOverlay("pm.apkovl.tar.gz")],
  ["no overlay without the word", alpineFamily, "quiet", null],
  ["nothing of a family that only its own initramfs starts", guixFamily, "gnu.system=/gnu/store/x", null],
])("the kernel command line names %s", (_what, family, commandLine, id) => {
  expect(family.kind.named(family.make(root), commandLine)).toBe(id);
});
