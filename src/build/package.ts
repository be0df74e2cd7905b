import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import packageJson from "../../package.json" with { type: "json" };
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { binaryFor, distOf } from "./build-place.ts";
import { buildDebianPackage, newestEntry } from "./debian-package.ts";
import { DIST, PROJECT } from "./paths.ts";
import { configured, PARTS, type Part, placeTree, systemTree } from "./system-tree.ts";
import { ARCHS, type Arch, archOf, debianArch, HOST } from "./target.ts";

const USAGE = `usage: npm run package [-- --arch ${ARCHS.join("|")}] [--level N] [--tree DIR --for PART,PART [--config FILE]]
  without --tree   the Debian package, in dist
  --arch A         for another architecture than this machine's (${HOST}); build it first
  --level N        zstd's level (19)
  --private-libraries   what npm run build -- --private-libraries made
  --tree DIR       the files of an installation below an empty folder, for other packagers
  --for PARTS      what it is for: ${PARTS.join(", ")}
  --config FILE    put this configuration into the tree, checked, for an initramfs without a hook`;

interface PackageOptions {
  /** Where the build left what is packaged. */
  readonly dist: string;
  readonly arch: Arch;
  readonly level: number;
  readonly tree: { readonly folder: string; readonly parts: Part[]; readonly config: string | null } | null;
}

function parseWords(words: readonly string[]): PackageOptions {
  const one = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        arch: one,
        level: one,
        tree: one,
        for: one,
        config: one,
        "private-libraries": { type: "boolean" },
      },
    });
    const level = Number(values.level ?? 19);
    if (!Number.isInteger(level) || level < 1 || level > 19)
      throw new Error(`--level ${values.level} is no whole number from 1 to 19`);
    const parts = (values.for ?? "").split(",").filter(Boolean).map(partOf);
    const tree =
      values.tree === undefined ? null : { folder: values.tree, parts, config: values.config ?? null };
    const standard = binaryFor(archOf(values.arch ?? HOST));
    const dist = distOf({
      ...standard,
      privateLibraries: values["private-libraries"] ?? standard.privateLibraries,
    });
    return { dist, arch: standard.arch, level, tree };
  } catch (error) {
    throw new HoldfastError("usage", messageOf(error), { next: USAGE });
  }
}

function partOf(word: string): Part {
  const part = PARTS.find((each) => each === word);
  if (part !== undefined) return part;
  throw new Error(`--for ${word} is not known`);
}

function makePackage({ dist, arch, level, tree }: PackageOptions): string {
  if (!existsSync(join(dist, ".stamp"))) {
    throw new HoldfastError("usage", `there is no Holdfast in ${relative(PROJECT, dist)}`, {
      next: "Run npm run build first.",
    });
  }
  if (tree !== null) {
    mkdirSync(tree.folder, { recursive: true });
    const changelog = readFileSync(join(PROJECT, "initramfs-hooks/debian/changelog"), "utf8");
    const config = tree.config === null ? [] : configured(tree.config);
    placeTree([...systemTree(dist, tree.parts), ...config], tree.folder, newestEntry(changelog).time);
    return tree.folder;
  }
  const out = join(DIST, `holdfast_${packageJson.version}_${debianArch(arch)}.deb`);
  buildDebianPackage({ arch, level, out });
  return `${relative(PROJECT, out)}: ${(statSync(out).size / 1e6).toFixed(1)} MB`;
}

try {
  console.log(makePackage(parseWords(process.argv.slice(2))));
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error;
  console.error(`package: ${error.message}${error.next === null ? "" : `\n${error.next}`}`);
  process.exitCode = error.exitCode;
}
