import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binaryFor, distOf } from "../../src/build/build-place.ts";
import { buildInitramfs, initramfsDefaults } from "../../src/build/initramfs.ts";
import type { Payload } from "../../src/build/initramfs-tree.ts";
import { ARCHS, type Arch } from "../../src/build/target.ts";
import type { Figure } from "./figure.ts";

const CONFIG = '[[slot]]\nid = "a"\nroot = "PARTLABEL=root_a"\n';
const PAYLOADS: readonly Payload[] = ["files", "image"];
const PROMISE = "adds <= 41 MB";

/**
 * What Holdfast adds to an initramfs at zstd -19, of every architecture that was built (npm run build -- --arch A), as
 * files and as an image, and what of it each part takes.
 */
export async function benchSize(folder: string): Promise<Figure[]> {
  mkdirSync(folder, { recursive: true });
  const figures: Figure[] = [];
  for (const arch of ARCHS) {
    const holdfast = join(distOf(binaryFor(arch)), "lib/holdfast");
    if (!existsSync(holdfast)) continue;
    for (const payload of PAYLOADS) figures.push(await benchPayload(folder, arch, payload));
    figures.push(...partsOf(holdfast, arch));
  }
  return figures;
}

async function benchPayload(folder: string, arch: Arch, payload: Payload): Promise<Figure> {
  const config = join(folder, "slots.toml");
  writeFileSync(config, CONFIG);
  const size = async (name: string, change: { payload?: Payload; holdfast?: null }): Promise<number> => {
    const out = join(folder, `${arch}-${name}.zst`);
    await buildInitramfs({ ...initramfsDefaults(arch), config, out, ...change });
    return statSync(out).size / 1e6;
  };
  const [withIt, without] = [await size(payload, { payload }), await size("without", { holdfast: null })];
  return {
    what: `initramfs, ${arch}, ${payload}, zstd -19, without kernel modules`,
    value: withIt,
    unit: "MB",
    reference: { what: "without Holdfast", value: without },
    promise: `${PROMISE} (adds ${(withIt - without).toFixed(1)})`,
  };
}

/** Each file or folder of what was built, compressed alone. */
function partsOf(holdfast: string, arch: Arch): Figure[] {
  return readdirSync(holdfast).map((part) => {
    const tar = execFileSync("tar", ["-C", holdfast, "--sort=name", "-cf", "-", part], {
      maxBuffer: 1 << 29,
    });
    const packed = execFileSync("zstd", ["-q", "-19", "-T2", "-c"], { input: tar, maxBuffer: 1 << 29 });
    return {
      what: `  of which ${part}, ${arch}`,
      value: packed.length / 1e6,
      unit: "MB",
      reference: { what: "in memory", value: tar.length / 1e6 },
      promise: "",
    };
  });
}
