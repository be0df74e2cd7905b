import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedFile, filesBelow, type Inputs } from "./cached.ts";
import { libraryClosure } from "./closure.ts";
import type { DemoSlot } from "./demo-slots.ts";
import { PROJECT } from "./paths.ts";
import { hasPrivateLibraries } from "./private-libraries.ts";
import { consoleOf } from "./qemu.ts";
import { run } from "./run.ts";
import { type Arch, runnerOf } from "./target.ts";

const SCRIPTS = join(PROJECT, "src/build/demo-root");
const MOUNT_POINTS = ["dev", "proc", "sys", "run", "tmp", "state", "var", "root", "home", "srv"];

/** What a demo root is made of besides its own scripts. */
export interface DemoRootParts {
  /** What its file in the cache is called. */
  readonly name: string;
  readonly slot: DemoSlot;
  /** The slot that its banner offers as the other one. */
  readonly otherSlot: string;
  /** …/lib/modules/<release> of the kernel that this root belongs to. */
  readonly modulesDir: string;
  /** The release of that kernel. */
  readonly release: string;
  /** Holdfast's folder with the binary, the canvas library and fonts, and a static busybox. */
  readonly programs: { readonly arch: Arch; readonly holdfast: string; readonly busybox: string };
  /** Text of /usr/lib/holdfast/config.toml. */
  readonly config: string;
}

/** A small but real root: busybox as init, an os-release, its kernel's modules folder, and Holdfast. */
export function demoRoot(parts: DemoRootParts): Promise<string> {
  return cachedFile(parts.name, inputsOf(parts), (path) => {
    const root = mkdtempSync(join(tmpdir(), "holdfast-root-"));
    try {
      fill(root, parts);
      makeErofs(root, path, parts.slot);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}

function inputsOf(parts: DemoRootParts): Inputs {
  return {
    text: [JSON.stringify(parts.slot), parts.otherSlot, parts.release, parts.config],
    files: [
      import.meta.filename,
      parts.programs.busybox,
      ...filesBelow(SCRIPTS),
      ...filesBelow(parts.programs.holdfast),
      ...libraries(parts),
    ],
  };
}

/** Loader and libraries of the binary, at the paths where the loader looks for them. */
function libraries({ programs: { holdfast } }: DemoRootParts): string[] {
  if (hasPrivateLibraries(holdfast)) return [];
  return libraryClosure([join(holdfast, "holdfast"), join(holdfast, "skia.node")]);
}

function fill(root: string, parts: DemoRootParts): void {
  for (const name of MOUNT_POINTS) mkdirSync(join(root, name), { recursive: true });
  addBusybox(root, parts);
  addSystem(root, parts);
  addModules(root, parts);
  cpSync(parts.programs.holdfast, join(root, "usr/lib/holdfast"), { recursive: true });
  write(root, "usr/lib/holdfast/config.toml", parts.config);
  symlinkSync("../lib/holdfast/holdfast", join(root, "usr/bin/holdfast"));
  for (const library of libraries(parts)) {
    mkdirSync(dirname(join(root, library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}

function addBusybox(root: string, { programs: { arch, busybox } }: DemoRootParts): void {
  for (const folder of ["bin", "sbin", "usr/bin", "usr/sbin"])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(busybox, join(root, "bin/busybox"));
  const [program = busybox, ...words] = [...runnerOf(arch), busybox, "--list"];
  for (const applet of run(program, words).trim().split("\n")) {
    if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
  }
  for (const applet of ["init", "reboot", "poweroff", "halt"]) {
    symlinkSync("../bin/busybox", join(root, "sbin", applet));
  }
}

function addSystem(root: string, { slot, otherSlot, programs }: DemoRootParts): void {
  const name = slot.id.toUpperCase();
  write(
    root,
    "usr/lib/os-release",
    `NAME="Holdfast Demo"\nID=holdfast-demo\nVERSION_ID=${slot.version}\nPRETTY_NAME="Holdfast Demo ${slot.version}"\n`,
  );
  write(root, "etc/demo-slot", `SLOT=${slot.id}\nSLOT_NAME=${name}\nOTHER_SLOT=${otherSlot}\n`);
  symlinkSync("../usr/lib/os-release", join(root, "etc/os-release"));
  write(root, "etc/profile", readFileSync(join(SCRIPTS, "profile")));
  const inittab = readFileSync(join(SCRIPTS, "inittab"), "utf8");
  write(root, "etc/inittab", inittab.replace("ttyS0", consoleOf(programs.arch)));
  for (const script of ["start", "boot-complete", "agent", "stop"]) {
    write(root, join("etc/init.d", script), readFileSync(join(SCRIPTS, script)));
    chmodSync(join(root, "etc/init.d", script), 0o755);
  }
  write(root, "usr/lib/demo/agent.sh", readFileSync(join(SCRIPTS, "agent.sh")));
}

/** What `in-place` is judged by: the folder of the kernel that the root belongs to. Its drivers come from the initramfs. */
function addModules(root: string, { modulesDir, release }: DemoRootParts): void {
  for (const file of readdirSync(modulesDir).filter((name) => name.startsWith("modules.builtin"))) {
    write(root, join("usr/lib/modules", release, file), readFileSync(join(modulesDir, file)));
  }
  mkdirSync(join(root, "lib"), { recursive: true });
  symlinkSync("../usr/lib/modules", join(root, "lib/modules"));
}

function write(root: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Reproducible: all of root's, no times, an identity that says which slot it is. */
function makeErofs(root: string, image: string, slot: DemoSlot): void {
  const uuid = `6f6c6466-6173-4074-8000-0000000000${slot.id.charCodeAt(0).toString(16)}`;
  run("mkfs.erofs", ["-zlz4", "-C65536", "--all-root", "-T0", `-U${uuid}`, "--quiet", image, root]);
}
