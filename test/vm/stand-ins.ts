import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { binaryFor, distOf } from "../../src/build/build-place.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { knownModules, moduleContents, moduleLoadOrder, modulesDep } from "../../src/build/modules.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { placeTree, systemTree } from "../../src/build/system-tree.ts";
import { HOST } from "../../src/build/target.ts";
import { debianBuild } from "./debian-build.ts";
import { modulesOf } from "./debian-install.ts";
import { configOf, debianFiles, debianPackage } from "./debian-machine.ts";
import { DebianRoot } from "./debian-root.ts";

const STAND_INS = join(PROJECT, "test/integration/generators");

/** What the generators' own hooks would bring for the machine of the tests. */
const DRIVERS = ["virtio_pci", "virtio_blk"];

/** Initramfs images that stand-ins of their generators made with Holdfast's hooks. */
export interface StandIns {
  readonly mkinitcpio: string;
  /** On top of systemd and udev out of dracut's image. */
  readonly mkinitcpioSystemd: string;
}

export async function standIns(): Promise<StandIns> {
  const systemd = (await debianFiles({ flavour: "dracut-systemd", holdfast: false })).initramfs;
  const sources = readdirSync(STAND_INS).map((name) => join(STAND_INS, name));
  const inputs = { text: [], files: [import.meta.filename, ...sources, systemd, await debianPackage()] };
  return debianBuild({ kind: "initramfs-tools", inputs, install: installed }, async (fileOf) => ({
    mkinitcpio: await fileOf("stand-in-mkinitcpio.initramfs", (root, out) => {
      root.run("fake-mkinitcpio holdfast base udev holdfast filesystems", modulesOf());
      finish(root, "image", modulesIn(root, "image.modules"), "fake-mkinitcpio-init");
      pack(root.path("image"), out);
    }),
    mkinitcpioSystemd: await fileOf("stand-in-mkinitcpio-systemd.initramfs", (root, out) => {
      root.run("fake-mkinitcpio holdfast base systemd holdfast filesystems", modulesOf());
      // The system that it is laid over has these as links into /usr.
      root.run(`cd /image; for folder in bin sbin lib lib64; do
        [ ! -d $folder ] || { mkdir -p usr/$folder; cp -a $folder/. usr/$folder/; rm -r $folder; }
      done`);
      pack(root.path("image"), `${out}.hook`);
      run("sh", ["-c", 'cat "$0" "$1" >"$2"; rm "$1"', systemd, `${out}.hook`, out]);
    }),
  }));
}

/** A system with what packages for these generators would install, and the stand-ins. */
async function installed(): Promise<DebianRoot> {
  const root = await DebianRoot.create();
  placeTree(systemTree(distOf(binaryFor(HOST)), ["mkinitcpio"]), root.path("tree"), 0);
  root.run("cp -a /tree/. /; rm -r /tree");
  cpSync(join(STAND_INS, "fake-mkinitcpio"), root.path("usr/bin/fake-mkinitcpio"));
  root.write("etc/holdfast/config.toml", configOf());
  return root;
}

/** The modules that a hook named, of which this kernel has not all. */
function modulesIn(root: DebianRoot, list: string): string[] {
  return readFileSync(root.path(list), "utf8").trim().split("\n");
}

/** Puts modules and the stand-in for the generator's init into an image. */
function finish(root: DebianRoot, image: string, names: readonly string[], init: string): void {
  const { modulesDir, release } = debianKernel("amd64");
  const modules = moduleLoadOrder(modulesDir, knownModules(modulesDir, [...DRIVERS, ...names]));
  const folder = root.path(`${image}/lib/modules/${release}`);
  for (const module of modules) {
    mkdirSync(dirname(join(folder, module.path)), { recursive: true });
    writeFileSync(join(folder, module.path), moduleContents(module));
  }
  writeFileSync(join(folder, "modules.dep"), modulesDep(modules));
  root.write(`${image}/modules`, modules.map(({ name }) => `${name}\n`).join(""));
  cpSync(join(STAND_INS, init), root.path(`${image}/init`));
}

function pack(folder: string, out: string): void {
  run("sh", [
    "-c",
    'cd "$0" && find . | cpio -o -H newc -R 0:0 --quiet | zstd -q -1 -f -o "$1"',
    folder,
    out,
  ]);
}
