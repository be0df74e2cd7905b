import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedFile } from "../../src/build/cached.ts";
import { locked } from "../../src/build/lock.ts";
import { run } from "../../src/build/run.ts";

/** A Debian that starts: udev, and what Holdfast's package wants. */
const PACKAGES = [
  ...["udev", "kmod", "mount", "zstd", "e2fsprogs"],
  ...["busybox-static", "evtest", "libatomic1", "libstdc++6"],
];

/** What a root has besides: its init, the generator of its initramfs, and what has a part in that. */
const KINDS = {
  "initramfs-tools": ["systemd-sysv", "initramfs-tools"],
  dracut: ["systemd-sysv", "dracut"],
  "dracut-luks": ["systemd-sysv", "dracut", "cryptsetup-bin", "dmsetup", "plymouth"],
  openrc: ["openrc", "initramfs-tools"],
  storage: ["systemd-sysv", "initramfs-tools", "cryptsetup-initramfs", "lvm2", "plymouth"],
} as const;
export type DebianKind = keyof typeof KINDS;

/** Documents that nobody reads in a test; half of the root. */
const LEFT_OUT = ["doc", "man", "locale", "i18n"].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);

/** The root of a fresh Debian 12 as a tar archive, made once. */
export function debianTar(kind: DebianKind): Promise<string> {
  const packages = [...PACKAGES, ...KINDS[kind]];
  const inputs = { text: [...packages, ...LEFT_OUT], files: [] };
  const make = (path: string) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
    try {
      const sources = join(work, "sources.list");
      writeFileSync(sources, debianSources());
      const words = ["--variant=essential", `--include=${packages.join(",")}`, "--format=tar", ...LEFT_OUT];
      run("mmdebstrap", ["--quiet", ...words, "bookworm", path, sources]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  };
  // Test files run in parallel, and one is enough.
  return locked("debian", () => cachedFile(`debian-${kind}.tar`, inputs, make));
}

/** The lines by which apt on this machine gets Debian's own packages. */
export function debianSources(): string {
  const words = ["indextargets", "--format", "$(REPO_URI) $(RELEASE) main"];
  const found = run("apt-get", [...words, "Created-By: Packages", "Component: main", "Origin: Debian"]);
  return [...new Set(found.trim().split("\n"))].map((line) => `deb ${line}\n`).join("");
}

/** A Debian root in a folder, to change and to run programs in. */
export class DebianRoot {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(kind: DebianKind = "initramfs-tools"): Promise<DebianRoot> {
    const tar = await debianTar(kind);
    const folder = mkdtempSync(join(tmpdir(), "holdfast-debian-root-"));
    run("tar", ["-xf", tar, "-C", folder, "--numeric-owner"]);
    return new DebianRoot(folder);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text, { mode });
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  /**
   * Runs a shell script in the root, with /proc and with `binds` (host's folder by path in the root), all of
   * which are gone afterwards; answers its output. Fails as the script does.
   */
  run(script: string, binds: Readonly<Record<string, string>> = {}): string {
    const mounts = Object.entries(binds).map(([path, folder]) => {
      mkdirSync(this.path(path), { recursive: true });
      return `mount --bind '${folder}' '${this.path(path)}'`;
    });
    const lines = ["set -e", ...mounts, `mount -t proc proc '${this.path("proc")}'`];
    const env =
      "env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive";
    const all = [...lines, `exec chroot '${this.folder}' ${env} sh -ec "$0" 2>&1`].join("\n");
    return run("unshare", ["--mount", "sh", "-c", all, script]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
