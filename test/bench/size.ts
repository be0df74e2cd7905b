import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binaryFor, distOf } from "../../src/build/build-place.ts";
import { buildInitramfs, initramfsDefaults } from "../../src/build/initramfs.ts";
import type { Payload } from "../../src/build/initramfs-tree.ts";
import { ARCHS, type Arch, HOST, targetOf } from "../../src/build/target.ts";
import type { Figure } from "./figure.ts";
import { packed } from "./packed.ts";
import { stepsOf } from "./size-steps.ts";

const CONFIG = '[[slot]]\nid = "a"\nroot = "PARTLABEL=root_a"\n';
const PAYLOADS: readonly Payload[] = ["files", "image"];
const PROMISE = "adds <= 41 MB";

/**
 * What Holdfast adds to an initramfs at zstd -19, of every architecture that was built (npm run build -- --arch A), as
 * files and as an image, what of it each part takes, and how far each step of making the parts small went.
 */
export async function benchSize(folder: string): Promise<Figure[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "slots.toml"), CONFIG);
  const built = ARCHS.filter((arch) => existsSync(folderOf(arch)));
  const figures: Figure[] = [];
  for (const arch of built) {
    const without = await sizeOf(folder, arch, { holdfast: withoutHoldfast(folder, arch) });
    for (const payload of PAYLOADS) {
      const size = await sizeOf(folder, arch, { payload });
      figures.push({
        what: `initramfs, ${arch}, ${payload}, zstd -19, without kernel modules`,
        value: size,
        unit: "MB",
        reference: { what: "without Holdfast", value: without },
        promise: `${PROMISE} (adds ${(size - without).toFixed(1)})`,
      });
    }
    figures.push(...partsOf(folderOf(arch), arch), ...stepsOf(targetOf(arch), folder));
  }
  return figures;
}

function folderOf(arch: Arch): string {
  return join(distOf(binaryFor(arch)), "lib/holdfast");
}

/** Megabytes of an initramfs. */
async function sizeOf(
  folder: string,
  arch: Arch,
  change: { payload?: Payload; holdfast?: string | null },
): Promise<number> {
  const out = join(folder, "initramfs.zst");
  await buildInitramfs({ ...initramfsDefaults(arch), config: join(folder, "slots.toml"), out, ...change });
  return statSync(out).size / 1e6;
}

/** Null, or where programs of another architecture need the C libraries beside Holdfast, a folder with those alone. */
function withoutHoldfast(folder: string, arch: Arch): string | null {
  if (arch === HOST) return null;
  const libraries = join(folder, `libraries-${arch}`);
  cpSync(folderOf(arch), libraries, {
    recursive: true,
    filter: (file) => !/(^|\/)(fonts|holdfast\/holdfast|skia\.node)$/.test(file),
  });
  for (const name of ["holdfast", "skia.node"]) writeFileSync(join(libraries, name), "");
  return libraries;
}

/** Each file or folder of what was built, compressed alone. */
function partsOf(holdfast: string, arch: Arch): Figure[] {
  return readdirSync(holdfast).map((part) => {
    const tar = execFileSync("tar", ["-C", holdfast, "--sort=name", "-cf", "-", part], {
      maxBuffer: 1 << 29,
    });
    return packed(`  of which ${part}, ${arch}`, tar);
  });
}
