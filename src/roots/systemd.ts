import { readdirSync } from "node:fs";
import type { Extension } from "../domain/extensions.ts";
import { resolveInside } from "./resolve.ts";

/** Where systemd's private library lies; distributions with several architectures have a folder for each. */
const LIBRARY_FOLDERS = ["usr/lib/systemd", "usr/lib64/systemd"] as const;
const MULTIARCH = "usr/lib";

/** The version of systemd in the root at `tree`, by the name of its private library; null where it has none. */
export function systemdVersion(tree: string): number | null {
  const multiarch = namesIn(tree, MULTIARCH).filter((name) => /-linux-/.test(name));
  const folders = [...LIBRARY_FOLDERS, ...multiarch.map((name) => `${MULTIARCH}/${name}/systemd`)];
  const names = folders.flatMap((folder) => namesIn(tree, folder));
  const versions = names.flatMap((name) => /^libsystemd-shared-(\d+)/.exec(name)?.[1] ?? []);
  return versions.length === 0 ? null : Math.max(...versions.map(Number));
}

/** Folders in which a unit is tied to the start of the system. */
const WANTS = ["etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"].flatMap((folder) =>
  ["sysinit", "basic", "multi-user"].map((target) => `${folder}/${target}.target.wants`),
);

/** Whether the system starts systemd-sysext, or systemd-confext, by itself. */
export function startsExtensions(tree: string, kind: Extension["kind"]): boolean {
  return WANTS.some((folder) => namesIn(tree, folder).includes(`systemd-${kind}.service`));
}

function namesIn(tree: string, path: string): string[] {
  const folder = resolveInside(tree, path);
  try {
    return folder === null ? [] : readdirSync(folder);
  } catch {
    return [];
  }
}
