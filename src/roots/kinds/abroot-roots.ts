import { lstatSync } from "node:fs";
import * as z from "zod/mini";
import { defaultEntry, type GrubEntry, parseGrubMenu } from "../../bytes/grub-menu.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import type { Place, Volume } from "./kind.ts";
import { attempt, isFolder, textInside } from "./tree.ts";

/** Labels of the two roots, and of the file system with GRUB's files (ABRoot: config/abroot.json; v1 of tag 1.4.4). */
const VERSIONS = [
  { version: 2, roots: ["vos-a", "vos-b"], boot: "vos-boot" },
  { version: 1, roots: ["a", "b"], boot: "boot" },
] as const;

/** One of the two roots of ABRoot. */
export interface AbrootRoot {
  /** Label of its file system, and with it the image where that is known: "vos-a=sha256:…". */
  readonly id: string;
  readonly letter: "a" | "b";
  readonly version: 1 | 2;
  readonly volume: Volume;
  /** What /abimage.abr says; null where it is missing or damaged, which `problem` says, or in version 1. */
  readonly image: AbrootImage | null;
  readonly problem: string | null;
  /** Whether GRUB starts it by itself; null where its menu does not tell. */
  readonly isDefault: boolean | null;
}

export interface AbrootImage {
  readonly digest: string;
  readonly timestamp: string;
  readonly image: string;
}

const imageFile = () => z.object({ digest: z.string(), timestamp: z.string(), image: z.string() });

/** Both roots, found from the first of them that is there; none for any other place. */
export function readRoots({ root, others }: Place): readonly AbrootRoot[] {
  for (const { version, roots, boot } of VERSIONS) {
    const volumes = [root, ...others].filter(
      ({ tree }) => lstatSync(tree, { throwIfNoEntry: false })?.isDirectory() === true,
    );
    const found = roots.map((label) => volumes.filter((each) => each.label === label));
    const leader = found.flat()[0];
    if (leader === undefined || leader.device !== root.device) continue;
    const menu = menuOf(volumes.find(({ label }) => label === boot));
    // Labels of one letter are anybody's: only a menu of ABRoot's own, or its folder, tells whose they are.
    if (version === 1 && !menu.isOurs && !isFolder(root.tree, ".system")) continue;
    return found.flatMap((same, index) =>
      same.map((volume) => readRoot(volume, index === 0 ? "a" : "b", version, menu, same.length)),
    );
  }
  return [];
}

function readRoot(
  volume: Volume,
  letter: "a" | "b",
  version: 1 | 2,
  menu: Menu,
  sameLabel: number,
): AbrootRoot {
  const { image, problem } = version === 2 ? readImage(volume) : { image: null, problem: null };
  const twice = `${sameLabel} file systems are called ${volume.label}; which of them it starts is not certain.`;
  const name = sameLabel > 1 ? `${volume.label}@${volume.device.replace(/^\/dev\//, "")}` : `${volume.label}`;
  return {
    id: image === null ? name : `${name}=${image.digest}`,
    ...{ letter, version, volume, image },
    problem: sameLabel > 1 ? twice : problem,
    isDefault: sameLabel > 1 || menu.letter === null ? null : menu.letter === letter,
  };
}

function readImage({ tree }: Volume): { image: AbrootImage | null; problem: string | null } {
  try {
    const text = textInside(tree, "abimage.abr");
    if (text === null) throw new HoldfastError("badStore", "It has no /abimage.abr");
    const parsed = z.safeParse(imageFile(), JSON.parse(text));
    if (parsed.success) return { image: parsed.data, problem: null };
    throw new HoldfastError("badStore", "Its /abimage.abr has no digest, timestamp and image");
  } catch (error) {
    const why = error instanceof SyntaxError ? "Its /abimage.abr is no JSON" : messageOf(error);
    return { image: null, problem: `${why}.` };
  }
}

interface Menu {
  /** The root that it starts by itself; null where that is not known. */
  readonly letter: "a" | "b" | null;
  readonly isOurs: boolean;
}

/** GRUB's menu: titles go stale, so that the class counts (ABRoot: core/grub.go); version 1 has only titles. */
function menuOf(boot: Volume | undefined): Menu {
  const text = boot === undefined ? null : attempt(() => textInside(boot.tree, "grub/grub.cfg"));
  if (text === null) return { letter: null, isOurs: false };
  const menu = parseGrubMenu(text);
  const chosen = defaultEntry(menu);
  const isOurs = menu.entries.some((entry) => letterOf(entry) !== null);
  return { letter: chosen === undefined ? null : letterOf(chosen), isOurs };
}

function letterOf({ title, classes }: GrubEntry): "a" | "b" | null {
  const byClass = classes
    .map((name) => /^abroot-([ab])$/.exec(name)?.[1])
    .find((found) => found !== undefined);
  const letter = byClass ?? /^Vanilla OS.*Root ([AB])\b/.exec(title)?.[1]?.toLowerCase();
  return letter === "a" || letter === "b" ? letter : null;
}
