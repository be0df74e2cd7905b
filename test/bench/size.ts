import { cpSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildInitramfs, initramfsDefaults } from "../../src/build/initramfs.ts";
import { DIST } from "../../src/build/paths.ts";
import type { Figure } from "./figure.ts";

const CONFIG = '[[slot]]\nid = "a"\nroot = "PARTLABEL=root_a"\n';

/** Size of the initramfs at zstd -19, and of the same one with an empty Holdfast. */
export async function benchSize(folder: string): Promise<Figure[]> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "slots.toml");
  writeFileSync(config, CONFIG);
  const size = async (name: string, holdfast: string): Promise<number> => {
    const out = join(folder, name);
    await buildInitramfs({ ...initramfsDefaults(), config, out, holdfast });
    return statSync(out).size / 1e6;
  };
  const whole = join(DIST, "lib/holdfast");
  const empty = join(folder, "without");
  rmSync(empty, { recursive: true, force: true });
  cpSync("/bin/true", join(empty, "holdfast"));
  mkdirSync(join(empty, "fonts"), { recursive: true });
  cpSync("/bin/true", join(empty, "skia.node"));
  const [withIt, without] = [await size("with.zst", whole), await size("without.zst", empty)];
  return [
    {
      what: "initramfs, zstd -19, without kernel modules",
      value: withIt,
      unit: "MB",
      reference: { what: "without Holdfast", value: without },
      promise: `adds <= 41 MB (adds ${(withIt - without).toFixed(1)})`,
    },
  ];
}
