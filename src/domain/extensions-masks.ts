import type { Extension } from "./extensions.ts";
import type { MountStep } from "./mount-plan.ts";
import { isBelow } from "./state-binds.ts";

const STRONGEST = "/etc/extensions";
const RUN_FOLDER = { sysext: "/run/extensions", confext: "/run/confexts" } as const;
/** Where the folder that is covered stays reachable. */
const COVERED = "/run/holdfast/etc-extensions";
const SERVICES = ["systemd-sysext", "systemd-confext"] as const;

/**
 * The steps that keep systemd-sysext and systemd-confext from merging the extensions in `out`, for this boot only.
 * An empty folder of the same name in /run hides what lies in any folder but /etc/extensions, which is stronger: that
 * one is covered by a folder in memory with those that stay, mounted: systemd-sysext 252 follows no links in it. `etcFolder` is where /etc/extensions of
 * the coming system lies now.
 */
export function maskSteps(
  extensions: readonly Extension[],
  out: readonly Extension[],
  etcFolder: string,
): MountStep[] {
  const strong = out.filter(({ path }) => isBelow(path, STRONGEST));
  // Those too that are covered: one of the same name may lie in a weaker folder.
  const folders = out.map(({ kind, name }): MountStep => {
    return { kind: "folder", path: `${RUN_FOLDER[kind]}/${name}` };
  });
  if (strong.length === 0) return folders;
  const kept = extensions.filter((each) => isBelow(each.path, STRONGEST) && !strong.includes(each));
  return [
    ...folders,
    ...coverSteps(
      kept.map(({ path }) => path.slice(STRONGEST.length + 1)),
      etcFolder,
    ),
  ];
}

function coverSteps(kept: readonly string[], etcFolder: string): MountStep[] {
  return [
    { kind: "bind", source: etcFolder, target: COVERED, apart: true },
    {
      kind: "mount",
      device: "tmpfs",
      target: etcFolder,
      fstype: "tmpfs",
      options: "mode=0755,size=64k",
      access: "writable",
    },
    ...kept.map((name): MountStep => {
      return { kind: "bind", source: `${COVERED}/${name}`, target: `${etcFolder}/${name}` };
    }),
  ];
}

/** The steps that start nothing that merges extensions, whatever is found later. */
export function noMergeSteps(): MountStep[] {
  return SERVICES.map((name) => {
    return { kind: "link", path: `/run/systemd/system/${name}.service`, target: "/dev/null" };
  });
}
