import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { nixos } from "../../../src/roots/kinds/nixos.ts";
import { generationId, nixosFamily, toplevelOf } from "../../fixtures/systems/nixos.ts";
import { run } from "../tools.ts";
import { attach, enter, LAYOUT_ONLY, type Row } from "./row.ts";

/** The layout of the unit tests on a real file system, to be entered; no Nix is at hand that could judge. */
export function nixosRow(folder: string): Row {
  const tree = join(folder, "tree");
  const place = nixosFamily.make(tree);
  mkdirSync(join(tree, "bin"));
  copyFileSync("/bin/busybox", join(tree, "bin/busybox"));
  const init = `${toplevelOf("bbbb")}/init`;
  writeFileSync(join(tree, init), '#!/bin/busybox sh\necho "$0"\n');
  run("chmod", ["+x", join(tree, init)]);
  const enters = () => {
    const image = join(folder, "image");
    run("mke2fs", ["-q", "-t", "ext4", "-d", tree, image, "64M"]);
    const device = attach(image);
    if (device === null) return "no loop device here";
    try {
      const root = { ...place.root, device };
      const said = enter(nixos, { ...place, root }, generationId("system-3", "bbbb"), join(folder, "target"));
      expect(said).toBe(init);
      return `layout only, ran ${said.replace(/-nixos.*\//, "…/")}`;
    } finally {
      run("losetup", ["--detach", device]);
    }
  };
  return { kind: nixos, answer: (question) => (question === "enters" ? enters() : LAYOUT_ONLY), close() {} };
}
