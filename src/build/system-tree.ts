import {
  chmodSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { initramfsNeeds } from "../config/initramfs-needs.ts";
import { loadConfig } from "../config/load.ts";
import { shellConfig } from "../config/shell.ts";
import { HoldfastError } from "../domain/errors.ts";
import { filesBelow } from "./cached.ts";
import { manOfConfig, manOfProgram } from "./man-pages.ts";
import { PROJECT } from "./paths.ts";
import { SUPERVISOR } from "./supervisor.ts";

const HOOKS = join(PROJECT, "initramfs-hooks");

/** What an installation is for: an initramfs generator each, or the services of an init system. */
export const PARTS = [
  "initramfs-tools",
  "dracut",
  "mkinitcpio",
  "mkinitfs",
  "initramfs-systemd",
  "systemd",
  "openrc",
] as const;
export type Part = (typeof PARTS)[number];

/** A file or link of an installed Holdfast. */
export type TreeEntry = { readonly path: string } & (
  | { readonly file: string; readonly mode: number }
  | { readonly bytes: Buffer }
  | { readonly target: string }
);

/** What every installation has: Holdfast in its folder, and what the hooks share. */
function common(dist: string): TreeEntry[] {
  const folder = join(dist, "lib/holdfast");
  const payload = filesBelow(folder);
  if (payload.length === 0)
    throw new HoldfastError("usage", `${folder} is empty`, { next: "Run npm run build." });
  return [
    ...payload.map((file) => {
      // Shared libraries too: what copies libraries behind a file looks at this bit.
      const mode = /\/(holdfast|skia\.node|[^/]+\.so[^/]*)$/.test(file) ? 0o755 : 0o644;
      return { path: `usr/lib/holdfast/${file.slice(folder.length + 1)}`, file, mode };
    }),
    hook("install", "usr/lib/holdfast/install"),
    ...SUPERVISOR.map((name) => hook(name, `usr/lib/holdfast/${name}`)),
    hook("run", "usr/lib/holdfast/run", 0o755),
    hook("ordinary", "usr/lib/holdfast/ordinary"),
    hook("services/health", "usr/libexec/holdfast/health", 0o755),
    hook("services/login-message", "usr/libexec/holdfast/login-message", 0o755),
    { path: "usr/bin/holdfast", target: "../lib/holdfast/holdfast" },
    { path: "usr/share/man/man8/holdfast.8.gz", bytes: packed(manOfProgram()) },
    { path: "usr/share/man/man5/holdfast.toml.5.gz", bytes: packed(manOfConfig()) },
  ];
}

/** Compressed without a name or date. */
export function packed(text: string): Buffer {
  return gzipSync(text, { level: 9 });
}

/** The units that a target of the running system pulls in, by links that belong to the package. */
const WANTED_BY: Readonly<Record<string, string>> = {
  "holdfast-health.service": "boot-complete.target.requires",
  "holdfast-mark-good.service": "multi-user.target.wants",
  "holdfast-login-message.service": "multi-user.target.wants",
  "holdfast-factory-reset.service": "factory-reset.target.wants",
};

const DRACUT = "usr/lib/dracut/modules.d/90holdfast";

const INITRAMFS_UNITS = ["holdfast.service", "holdfast-volumes.service"];

/** The units of an initramfs with systemd, for a hook to copy. */
function initramfsUnits(folder: string): TreeEntry[] {
  return [
    ...INITRAMFS_UNITS.map((unit) => hook(`systemd/${unit}`, `${folder}/${unit}`)),
    hook("systemd/systemd-start", `${folder}/systemd-start`, 0o755),
  ];
}

const OF_PART: Readonly<Record<Part, () => TreeEntry[]>> = {
  "initramfs-tools": () => [
    hook("initramfs-tools/hook", "usr/share/initramfs-tools/hooks/holdfast", 0o755),
    hook("initramfs-tools/mountroot", "usr/share/initramfs-tools/scripts/holdfast"),
  ],
  dracut: () => [
    hook("dracut/90holdfast/module-setup.sh", `${DRACUT}/module-setup.sh`, 0o755),
    hook("dracut/90holdfast/enter.sh", `${DRACUT}/enter.sh`),
    hook("dracut/90holdfast/root.sh", `${DRACUT}/root.sh`),
    ...initramfsUnits(DRACUT),
  ],
  mkinitcpio: () => [
    hook("mkinitcpio/install", "usr/lib/initcpio/install/holdfast", 0o755),
    hook("mkinitcpio/hook", "usr/lib/initcpio/hooks/holdfast", 0o755),
    ...initramfsUnits("usr/lib/initcpio/holdfast"),
  ],
  mkinitfs: () => [
    hook("mkinitfs/prepare", "usr/libexec/holdfast/prepare-mkinitfs", 0o755),
    hook("mkinitfs/holdfast.sh", "usr/share/mkinitfs/hooks/60-holdfast.sh", 0o755),
  ],
  "initramfs-systemd": () => [
    hook("systemd/systemd-start", "usr/lib/holdfast/systemd-start", 0o755),
    ...INITRAMFS_UNITS.flatMap((unit) => [
      hook(`systemd/${unit}`, `usr/lib/systemd/system/${unit}`),
      {
        path: `usr/lib/systemd/system/initrd-root-fs.target.requires/${unit}`,
        target: `../${unit}`,
      },
    ]),
  ],
  systemd: () =>
    Object.entries(WANTED_BY).flatMap(([unit, folder]) => [
      hook(`services/${unit}`, `usr/lib/systemd/system/${unit}`),
      { path: `usr/lib/systemd/system/${folder}/${unit}`, target: `../${unit}` },
    ]),
  openrc: () => [hook("services/holdfast.openrc", "etc/init.d/holdfast", 0o755)],
};

/**
 * What a hook would make of a configuration, for an initramfs that is put together without one.
 * @throws HoldfastError `badConfig` with every mistake.
 */
export function configured(file: string): TreeEntry[] {
  const { config } = loadConfig({ file, root: "/", commandLine: "" });
  const modules = initramfsNeeds(config).modules.map((name) => `${name}\n`);
  return [
    { path: "usr/lib/holdfast/config.toml", file, mode: 0o644 },
    { path: "usr/lib/holdfast/config.env", bytes: Buffer.from(shellConfig(config)) },
    { path: "usr/lib/holdfast/modules", bytes: Buffer.from(modules.join("")) },
  ];
}

/** Everything that an installation with these parts has, sorted by path. */
export function systemTree(dist: string, parts: readonly Part[]): TreeEntry[] {
  const entries = [...common(dist), ...parts.flatMap((part) => OF_PART[part]())];
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** An entry for a file of initramfs-hooks. */
export function hook(name: string, path: string, mode = 0o644): TreeEntry {
  return { path, file: join(HOOKS, name), mode };
}

/** Puts entries below a folder; every file and folder of it gets the same time, in seconds since 1970. */
export function placeTree(entries: readonly TreeEntry[], root: string, time: number): void {
  for (const entry of entries) {
    const path = join(root, entry.path);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    if ("target" in entry) symlinkSync(entry.target, path);
    else if ("bytes" in entry) writeFileSync(path, entry.bytes, { mode: 0o644 });
    else {
      copyFileSync(entry.file, path);
      chmodSync(path, entry.mode);
    }
  }
  const all = readdirSync(root, { recursive: true, withFileTypes: true });
  const folders = all.filter((each) => each.isDirectory()).map((each) => join(each.parentPath, each.name));
  for (const folder of [...folders, root]) chmodSync(folder, 0o755);
  const files = all.filter((each) => !each.isDirectory()).map((each) => join(each.parentPath, each.name));
  for (const path of [...files, ...folders, root]) lutimesSync(path, time, time);
}
