/*
 * Run as "unshare -m node sysext-witness.ts FOLDER": makes a small root with extensions of every kind below FOLDER,
 * lays over it what the boot would, and lets the real systemd-sysext merge. Prints as JSON what we say is active
 * and what it merged, for each case. Its mounts end with its namespace.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { enterLayers } from "../../src/commands/enter-layers.ts";
import { messageOf } from "../../src/domain/errors.ts";
import type { Layers } from "../../src/domain/plan.ts";
import { listExtensions, questionAbout } from "../../src/roots/extensions.ts";
import { mountOverlay } from "../../src/roots/overlay.ts";
import { writeLeftOut } from "../../src/state/extensions-left-out.ts";

const [folder = ""] = process.argv.slice(2);
const root = join(folder, "root");
const state = join(folder, "state");
const run = (tool: string, ...words: string[]) =>
  execFileSync(tool, words, { encoding: "utf8", stdio: "pipe" });

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A folder with one file in /usr/share and an extension-release; null leaves that out. */
function extension(path: string, release: string | null, name = path.slice(path.lastIndexOf("/") + 1)): void {
  write(join(path, "usr/share/from", name), name);
  if (release === null) return;
  write(join(path, `usr/lib/extension-release.d/extension-release.${name}`), release);
}

function image(path: string, release: string): void {
  const name = path.slice(path.lastIndexOf("/") + 1);
  extension(join(folder, name), release);
  mkdirSync(dirname(path), { recursive: true });
  run("mkfs.erofs", "--quiet", `${path}.raw`, join(folder, name));
}

function makeRoot(): void {
  run("mount", "--make-rprivate", "/");
  run("mount", "-t", "tmpfs", "tmpfs", folder);
  run("mount", "-t", "tmpfs", "tmpfs", "/run");
  const folders = ["run", "state", "etc", "usr/share", "opt", "tmp", "proc", "dev", "var/lib"];
  for (const name of folders) mkdirSync(join(root, name), { recursive: true });
  mkdirSync(state);
  write(join(root, "usr/lib/os-release"), "ID=demo\nVERSION_ID=2.0\nSYSEXT_LEVEL=1\n");
  symlinkSync("../usr/lib/os-release", join(root, "etc/os-release"));
  write(join(root, "usr/lib/systemd/libsystemd-shared-252.so"), "");
  const wants = join(root, "etc/systemd/system/sysinit.target.wants");
  mkdirSync(wants, { recursive: true });
  symlinkSync("/usr/lib/systemd/system/systemd-sysext.service", join(wants, "systemd-sysext.service"));
  run("mount", "--bind", root, root);
  run("mount", "--make-rshared", "/");
  run("mount", "--bind", state, join(root, "state"));
  run("mount", "--bind", "/run", join(root, "run"));
}

function makeExtensions(): void {
  const here = (path: string) => join(root, path);
  const installed = (name: string) => here(`var/lib/extensions/${name}`);
  extension(installed("same-version"), "ID=demo\nVERSION_ID=2.0\n");
  extension(installed("same-level"), "ID=demo\nSYSEXT_LEVEL=1\nVERSION_ID=9\n");
  extension(installed("other-level"), "ID=demo\nSYSEXT_LEVEL=2\nVERSION_ID=2.0\n");
  extension(installed("other-version"), "ID=demo\nVERSION_ID=3.0\n");
  extension(installed("other-system"), "ID=other\nVERSION_ID=2.0\n");
  extension(installed("other-architecture"), "ID=_any\nARCHITECTURE=ia64\n");
  extension(installed("other-scope"), "ID=_any\nSYSEXT_SCOPE=initrd\n");
  extension(installed("scope-with-system"), "ID=_any\nSYSEXT_SCOPE=system initrd\n");
  extension(installed("without-id"), "VERSION_ID=2.0\n");
  extension(installed("without-release"), null);
  extension(installed("renamed"), "ID=_any\n", "former");
  extension(installed("strict"), "ID=_any\n");
  extension(installed("loose"), "ID=_any\n", "some-name");
  const loose = join(installed("loose"), "usr/lib/extension-release.d/extension-release.some-name");
  // Memory file systems of older kernels have no such attributes; then nobody takes this one.
  run("sh", "-c", 'setfattr -n user.extension-release.strict -v 0 "$1" || :', "sh", loose);
  image(installed("image"), "ID=_any\n");
  image(installed("other-image"), "ID=demo\nVERSION_ID=1\n");
  extension(here("etc/extensions/from-etc"), "ID=_any\n");
  extension(here("etc/extensions/strict"), "ID=other\n");
  extension(installed("masked"), "ID=_any\n");
  mkdirSync(here("etc/extensions/masked"));
  extension(join(state, ".holdfast/extensions/developer-tools"), "ID=demo\nVERSION_ID=2.0\n");
  image(join(state, ".holdfast/extensions/developer-image"), "ID=demo\nVERSION_ID=2.0\n");
}

/** Names that systemd-sysext has merged. */
function merged(): string[] {
  try {
    run("systemd-sysext", `--root=${root}`, "merge");
    return readFileSync(join(root, "usr/.systemd-sysext/extensions"), "utf8")
      .split("\n")
      .filter(Boolean)
      .sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  } finally {
    run("systemd-sysext", `--root=${root}`, "unmerge");
  }
}

/** As at the next start: what was laid over the root for one is gone. */
function startAnew(): void {
  run(
    "sh",
    "-c",
    "umount -R $1/etc/extensions; umount /run/holdfast/etc-extensions; umount /run/extensions/*; rm -rf /run/extensions",
    "sh",
    root,
  );
  rmSync(join(state, ".holdfast/extensions.json"), { force: true });
}

async function tried(layers: Partial<Layers>, leaveOut: readonly string[] = []) {
  startAnew();
  for (const name of leaveOut) await writeLeftOut(state, { kind: "sysext", name }, true);
  const whole = { image: null, developer: null, safe: false, ...layers };
  const notes = await enterLayers({
    slot: "a",
    sysroot: root,
    state,
    runDir: "/run/holdfast",
    layers: whole,
    consoles: [],
  });
  const question = questionAbout(
    { tree: root, state, binds: [] },
    { sysext: [], confext: [] },
    "/run/holdfast",
  );
  const ours = listExtensions(question);
  return {
    notes,
    active: ours
      .filter(({ active }) => active)
      .map(({ name }) => name)
      .sort(),
    merged: merged(),
  };
}

/** Whether something is mounted over /usr of the root, and where systemd-sysext is told to write. */
function usr() {
  const table = readFileSync("/proc/self/mountinfo", "utf8");
  const link = join(root, "var/lib/extensions.mutable/usr");
  const told = "/run/systemd/system/systemd-sysext.service.d/50-holdfast.conf";
  return {
    overlay: table.includes(` ${root}/usr `),
    link: lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(link) : null,
    told: existsSync(told) ? readFileSync(told, "utf8") : null,
  };
}

/** What an overlay shows of a folder whose name has everything in it that separates options. */
function strangeName(): string {
  const strange = join(folder, "a:b,c\\d");
  write(join(strange, "file"), "there");
  mountOverlay(join(root, "opt"), [strange], null);
  return readFileSync(join(root, "opt/file"), "utf8");
}

/** /usr writable under a systemd that can be told where writes go, and then under one that cannot. */
async function writable() {
  const developer = { features: ["writable-usr"], ephemeral: false } as const;
  const layers = { image: "2.0-key", developer, safe: false };
  const enter = () =>
    enterLayers({ slot: "a", sysroot: root, state, runDir: "/run/holdfast", layers, consoles: [] });
  const library = join(root, "usr/lib/systemd");
  startAnew();
  renameSync(join(library, "libsystemd-shared-252.so"), join(library, "libsystemd-shared-257.so"));
  const mutable = { notes: await enter(), ...usr() };
  renameSync(join(library, "libsystemd-shared-257.so"), join(library, "libsystemd-shared-252.so"));
  rmSync("/run/systemd/system", { recursive: true });
  const own = { notes: await enter(), ...usr() };
  const layer = join(state, ".holdfast/layers/2.0-key");
  const writableTwice = { upper: join(layer, "usr"), work: join(layer, ".work-usr") };
  let twice = "";
  try {
    mountOverlay(join(root, "opt"), [], writableTwice);
  } catch (error) {
    twice = messageOf(error);
  }
  writeFileSync(join(root, "usr/marker"), "mine");
  const kept = readFileSync(join(layer, "usr/marker"), "utf8");
  run("umount", join(root, "usr"));
  return { mutable, own, twice, kept };
}

makeRoot();
makeExtensions();
const plain = await tried({});
const developer = await tried({ developer: { features: ["dev-extension"], ephemeral: false } });
const leftOut = await tried({}, ["from-etc", "image", "same-level"]);
const safe = await tried({ safe: true });
console.log(
  JSON.stringify({ plain, developer, leftOut, safe, writable: await writable(), strange: strangeName() }),
);
