import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedFile } from "../../src/build/cached.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { moduleContents, moduleLoadOrder } from "../../src/build/modules.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { debianPackage } from "./debian-machine.ts";
import { debianSources } from "./debian-root.ts";

const README = join(PROJECT, "initramfs-hooks/systemd/README.md");

/** Drivers and file systems of the machine that it runs in. */
const MODULES = ["virtio_pci", "virtio_blk", "erofs", "ext4", "crc32c_generic", "overlay"];

/** An initramfs that mkosi makes as the README says, with this configuration. */
export async function mkosiInitramfs(config: string): Promise<string> {
  const { modulesDir, release } = debianKernel("amd64");
  const inputs = { text: [release, config], files: [import.meta.filename, README, await debianPackage()] };
  return cachedFile("debian-mkosi.initramfs", inputs, (out) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-mkosi-"));
    try {
      const tree = join(work, "mkosi.initrd.extra");
      writeFileSync(join(work, "config.toml"), config);
      const words = ["--tree", tree, "--for", "initramfs-systemd", "--config", join(work, "config.toml")];
      run(process.execPath, [
        "--disable-warning=ExperimentalWarning",
        join(PROJECT, "src/build/package.ts"),
        ...words,
      ]);
      addModules(tree, modulesDir, release);
      // Newer releases of mkosi make these two by themselves.
      mkdirSync(join(tree, "etc"), { recursive: true });
      symlinkSync("../usr/lib/os-release", join(tree, "etc/initrd-release"));
      symlinkSync("usr/lib/systemd/systemd", join(tree, "init"));
      writeFileSync(join(work, "mkosi.conf"), configuration());
      build(work);
      renameSync(join(work, "initrd.cpio.zst"), out);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** mkosi.conf of the README, for Debian 12 and its release of mkosi, which has no word for modules. */
function configuration(): string {
  const [, fragment = ""] = /```ini\n([\s\S]*?)```/.exec(readFileSync(README, "utf8")) ?? [];
  const mirror = /\bhttp\S+/.exec(debianSources())?.[0] ?? "";
  return `[Distribution]
Distribution=debian
Release=bookworm
Mirror=${mirror}

[Output]
Format=cpio
Output=initrd.cpio.zst
CompressOutput=zstd

${fragment.replace(/^KernelModulesInclude=.*\n/m, "")}`;
}

/** systemd-nspawn, in which mkosi runs what it installs, wants a /run in memory and no systemd beside it. */
function build(work: string): void {
  const line =
    'mount -t tmpfs -o mode=755 tmpfs /run && cd "$0" && exec mkosi --force --nspawn-keep-unit build';
  run("unshare", ["--mount", "sh", "-c", line, work]);
}

function addModules(tree: string, modulesDir: string, release: string): void {
  const folder = join(tree, "usr/lib/modules", release);
  for (const module of moduleLoadOrder(modulesDir, MODULES)) {
    mkdirSync(dirname(join(folder, module.path)), { recursive: true });
    writeFileSync(join(folder, module.path), moduleContents(module));
  }
  for (const name of ["modules.order", "modules.builtin", "modules.builtin.modinfo"])
    cpSync(join(modulesDir, name), join(folder, name));
  run("depmod", ["-b", join(tree, "usr"), release]);
}
