import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { HoldfastError } from "../domain/errors.ts";
import { binaryFor, distOf } from "./build-place.ts";
import { PROJECT } from "./paths.ts";
import { run } from "./run.ts";
import { hook, packed, placeTree, systemTree, type TreeEntry } from "./system-tree.ts";
import { type Arch, debianArch } from "./target.ts";

const CHANGELOG = join(PROJECT, "initramfs-hooks/debian/changelog");

export interface DebianPackageOptions {
  readonly arch: Arch;
  /** zstd's level: 19 for what is shipped, a low one for tests. */
  readonly level: number;
  readonly out: string;
}

/** What the newest entry of a Debian changelog says (deb-changelog(5)). */
export interface ChangelogEntry {
  readonly version: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Reads the newest entry of a changelog. */
export function newestEntry(changelog: string): ChangelogEntry {
  const version = /^\S+ \(([^)]+)\)/.exec(changelog)?.[1];
  const date = /^ -- .*> {2}(.+)$/m.exec(changelog)?.[1];
  const time = Date.parse(date ?? "") / 1000;
  if (version !== undefined && Number.isInteger(time)) return { version, time };
  throw new HoldfastError("usage", "the changelog's first entry has no version or no date");
}

/**
 * Makes the Debian package: binary, hooks, services, man pages and configuration. Nothing in it runs at
 * installation: dpkg's trigger rebuilds the initramfs. The same sources give the same bytes.
 */
export function buildDebianPackage({ arch, level, out }: DebianPackageOptions): void {
  const changelog = readFileSync(CHANGELOG);
  const { version, time } = newestEntry(changelog.toString());
  if (version !== packageJson.version) {
    throw new HoldfastError(
      "usage",
      `the changelog begins with ${version}, package.json with ${packageJson.version}`,
    );
  }
  const root = mkdtempSync(join(tmpdir(), "holdfast-deb-"));
  try {
    const dist = distOf(binaryFor(arch));
    const entries = [
      ...systemTree(dist, ["initramfs-tools", "dracut", "systemd"]),
      ...debianEntries(dist, changelog),
    ];
    placeTree([...entries, ...controlEntries(entries, arch)], root, time);
    const words = ["--root-owner-group", "-Zzstd", `-z${level}`, "--build", root, `${out}.new`];
    run("env", [`SOURCE_DATE_EPOCH=${time}`, "dpkg-deb", ...words]);
    renameSync(`${out}.new`, out);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Files that the administrator owns: dpkg asks before it replaces a changed one. */
const CONFIGURATION = ["etc/holdfast/config.toml", "etc/holdfast/initramfs.conf"];

function debianEntries(dist: string, changelog: Buffer): TreeEntry[] {
  return [
    hook("debian/config.toml", "etc/holdfast/config.toml"),
    hook("debian/initramfs.conf", "etc/holdfast/initramfs.conf"),
    { path: "usr/share/doc/holdfast/copyright", file: join(dist, "NOTICES"), mode: 0o644 },
    { path: "usr/share/doc/holdfast/changelog.gz", bytes: packed(changelog.toString()) },
  ];
}

function controlEntries(entries: readonly TreeEntry[], arch: Arch): TreeEntry[] {
  return [
    { path: "DEBIAN/control", bytes: Buffer.from(controlOf(entries, arch)) },
    { path: "DEBIAN/conffiles", bytes: Buffer.from(CONFIGURATION.map((path) => `/${path}\n`).join("")) },
    // What dh_installinitramfs writes: update-initramfs runs once, when everything is in place or gone.
    { path: "DEBIAN/triggers", bytes: Buffer.from("activate-noawait update-initramfs\n") },
    { path: "DEBIAN/md5sums", bytes: Buffer.from(sumsOf(entries)) },
  ];
}

/** Libraries by their packages: what the binary and the canvas library name as needed. */
const DEPENDS = [
  "libatomic1",
  "libc6 (>= 2.28)",
  "libgcc-s1",
  "libstdc++6",
  "busybox-static | busybox",
  "evtest",
];

function controlOf(entries: readonly TreeEntry[], arch: Arch): string {
  const kib = entries.reduce(
    (sum, entry) => sum + Math.ceil(("file" in entry ? statSync(entry.file).size : 0) / 1024),
    0,
  );
  return `Package: holdfast
Version: ${packageJson.version}
Architecture: ${debianArch(arch)}
Maintainer: The Holdfast makers <holdfast@localhost>
Installed-Size: ${kib}
Depends: ${DEPENDS.join(", ")}
Recommends: initramfs-tools | linux-initramfs-tool, e2fsprogs, cryptsetup-bin
Section: admin
Priority: optional
Description: ${packageJson.description}
 The menu that a phone shows when its owner holds volume-down at power-on, and
 the screen that appears by itself when an update would not start.
`;
}

function sumsOf(entries: readonly TreeEntry[]): string {
  const packaged = entries.filter((entry) => !("target" in entry) && !CONFIGURATION.includes(entry.path));
  return packaged.map((entry) => `${sumOf(entry)}  ${entry.path}\n`).join("");
}

/** MD5, as dpkg --verify expects it (deb-md5sums(5)). */
function sumOf(entry: TreeEntry): string {
  const bytes = "file" in entry ? readFileSync(entry.file) : "bytes" in entry ? entry.bytes : "";
  return createHash("md5").update(bytes).digest("hex");
}
