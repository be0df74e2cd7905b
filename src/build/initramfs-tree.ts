import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { stateNeeds } from "../config/initramfs-needs.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { shellConfig } from "../config/shell.ts";
import { LAYER_MODULES } from "../domain/developer.ts";
import { HoldfastError } from "../domain/errors.ts";
import { GADGET_MODULES } from "../domain/gadget.ts";
import { modulesFor } from "../domain/state-tools.ts";
import { renderPreparedFrame } from "../panel/prepared.ts";
import { libraryClosure } from "./closure.ts";
import type { Entry } from "./cpio.ts";
import { knownModules, moduleContents, moduleLoadOrder, modulesDep } from "./modules.ts";
import { PROJECT } from "./paths.ts";
import { IMAGE_MODULES } from "./payload.ts";
import { copyUsingPrivateLibraries, hasPrivateLibraries } from "./private-libraries.ts";
import { stateFiles } from "./state-files.ts";
import { SUPERVISOR } from "./supervisor.ts";
import { type Arch, libraryFolders, runnerOf } from "./target.ts";

/** Where Holdfast lies in an initramfs. */
export const HOME = "usr/lib/holdfast";
const HOOKS = join(PROJECT, "initramfs-hooks");
/** What the supervisor and early.d scripts find before anything is mounted. */
const FOLDERS = ["dev", "etc/holdfast/early.d", "proc", "root", "run", "state", "sys", "sysroot", "tmp"];

export interface Panel {
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

/** What goes into a stand-alone initramfs. */
export interface InitramfsContents {
  /** What its programs are made for. */
  readonly arch: Arch;
  /** config.toml of the device. */
  readonly config: string;
  /** …/lib/modules/<release> of the kernel that will run; null for a kernel without modules. */
  readonly modulesDir: string | null;
  /** Modules to load, as modprobe names them; what they need is added. */
  readonly modules: readonly string[];
  /** Panels that a first frame is prepared for. */
  readonly panels: readonly Panel[];
  /** Folder that is copied over the finished tree, last; null for none. */
  readonly add: string | null;
  readonly busybox: string;
  readonly evtest: string;
  /** Folder below which the programs for the state partition lie, "/" for this machine's own. */
  readonly programs: string;
  /**
   * The folder that `npm run build` made: binary, canvas library, fonts. Null leaves Holdfast out, to compare
   * sizes with: the supervisor then enters a slot by itself.
   */
  readonly holdfast: string | null;
  /**
   * "image": Holdfast's folder is one compressed file system, mounted when the modules are loaded, which takes
   * less than half of the memory; the kernel needs loop devices and squashfs. "files": everything in the archive.
   */
  readonly payload: Payload;
}

export type Payload = "image" | "files";

/** The files of the archive, before sorting; what `add` brings replaces what is there. */
export function initramfsEntries(contents: InitramfsContents): Entry[] {
  const { config } = loadConfig({ file: contents.config, root: "/", commandLine: "" });
  return [
    ...FOLDERS.map((path): Entry => ({ kind: "directory", path })),
    // The kernel opens it for PID 1 before devtmpfs is mounted.
    { kind: "device", path: "dev/console", major: 5, minor: 1 },
    script("init", "standalone/init"),
    ...SUPERVISOR.map((name) => script(`${HOME}/${name}`, name)),
    copied(`${HOME}/config.toml`, contents.config),
    text(`${HOME}/config.env`, shellConfig(config)),
    ...busyboxEntries(contents),
    ...programEntries(contents, config),
    ...moduleEntries(contents, config),
    ...contents.panels.map((panel) => frameEntry(panel, config)),
    ...(contents.add === null ? [] : treeEntries(contents.add, "")),
  ];
}

function busyboxEntries({ arch, busybox }: InitramfsContents): Entry[] {
  needFile(busybox, "Install busybox-static.");
  const [program = busybox, ...words] = [...runnerOf(arch), busybox, "--list"];
  const applets = execFileSync(program, words, { encoding: "utf8" }).trim().split("\n");
  const links = applets.filter((applet) => applet !== "busybox");
  return [
    { kind: "file", path: "bin/busybox", executable: true, contents: { file: busybox } },
    ...links.map((applet): Entry => ({ kind: "link", path: `bin/${applet}`, target: "busybox" })),
  ];
}

/**
 * Holdfast, evtest and what the state partition needs, with all libraries that they load: in Holdfast's folder
 * where it brings its own, else each where the system's loader looks for it.
 */
function programEntries(contents: InitramfsContents, config: Config): Entry[] {
  const { holdfast, evtest } = contents;
  needFile(evtest, "Install evtest.");
  const own = holdfast === null ? [] : [join(holdfast, "holdfast"), join(holdfast, "skia.node")];
  for (const file of own) needFile(file, "Run npm run build first.");
  const others = [{ path: "bin/evtest", file: evtest }, ...stateFiles(config, contents.programs)];
  if (holdfast !== null && hasPrivateLibraries(holdfast)) {
    return [...treeEntries(holdfast, HOME), ...closedEntries(contents, holdfast, others)];
  }
  const libraries = libraryClosure([...own, ...others.map(({ file }) => file)]);
  return [
    ...(holdfast === null ? [] : treeEntries(holdfast, HOME)),
    ...others.map(({ path, file }) => program(path, file)),
    ...libraries.map((file) => program(file.slice(1), file)),
  ];
}

/** Programs that use the loader and the C library in Holdfast's folder, and their other libraries beside those. */
function closedEntries(
  { arch, programs }: InitramfsContents,
  holdfast: string,
  others: readonly { path: string; file: string }[],
): Entry[] {
  const folders = libraryFolders(arch, programs);
  const libraries = libraryClosure(
    others.map(({ file }) => file),
    folders,
  ).filter((file) => !existsSync(join(holdfast, basename(file))));
  return [
    ...others.map(({ path, file }): Entry => {
      return { kind: "file", path, executable: true, contents: copyUsingPrivateLibraries(file) };
    }),
    ...libraries.map((file) => program(join(HOME, basename(file)), file)),
  ];
}

/** The modules with what they need, those of boots with layers too, a modules.dep, and the names of those to load. */
function moduleEntries({ modulesDir, modules, payload }: InitramfsContents, config: Config): Entry[] {
  const image = payload === "image" ? IMAGE_MODULES : [];
  const wanted = [...modules, ...image, ...modulesFor(stateNeeds(config))];
  const orderOf = (names: readonly string[]) =>
    modulesDir === null ? [] : moduleLoadOrder(modulesDir, names);
  const gadget = offersGadget(config) ? GADGET_MODULES : [];
  const onDemand = modulesDir === null ? [] : knownModules(modulesDir, [...LAYER_MODULES, ...gadget]);
  const order = orderOf([...wanted, ...onDemand]);
  const names = orderOf(wanted)
    .map((module) => `${module.name}\n`)
    .join("");
  const folder = `lib/modules/${basename(modulesDir ?? "")}`;
  const files = order.map((module): Entry => {
    const contents = moduleContents(module);
    return { kind: "file", path: `${folder}/${module.path}`, executable: false, contents };
  });
  const dep = modulesDir === null ? [] : [text(`${folder}/modules.dep`, modulesDep(order))];
  return [text(`${HOME}/modules`, names), ...dep, ...files];
}

/** Whether the menu may be asked to offer something at the USB port; developer mode may open the shell there. */
function offersGadget({ policy, console }: Config): boolean {
  return policy.usb_storage !== "none" || policy.usb_network || policy.shell || console.gadget;
}

/** Named as the supervisor finds a framebuffer in sysfs: width, height, stride and bits per pixel. */
function frameEntry({ width, height, stride }: Panel, { panel }: Config): Entry {
  const path = `${HOME}/frames/${width}x${height}-${stride}-32`;
  const contents = renderPreparedFrame(width, height, stride, panel.rotation === "auto" ? 0 : panel.rotation);
  return { kind: "file", path, executable: false, contents };
}

/** A folder's files, folders and links below `into`. */
function treeEntries(folder: string, into: string): Entry[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found.map((one): Entry => {
    const file = join(one.parentPath, one.name);
    const path = join(into, relative(folder, file));
    if (one.isDirectory()) return { kind: "directory", path };
    if (one.isSymbolicLink()) return { kind: "link", path, target: readlinkSync(file) };
    const executable = (statSync(file).mode & 0o111) !== 0;
    return { kind: "file", path, executable, contents: { file } };
  });
}

function program(path: string, file: string): Entry {
  return { kind: "file", path, executable: true, contents: { file } };
}

function script(path: string, hook: string): Entry {
  return { kind: "file", path, executable: true, contents: { file: join(HOOKS, hook) } };
}

function copied(path: string, file: string): Entry {
  return { kind: "file", path, executable: false, contents: { file } };
}

function text(path: string, contents: string): Entry {
  return { kind: "file", path, executable: false, contents: Buffer.from(contents) };
}

function needFile(file: string, next: string): void {
  if (!existsSync(file)) throw new HoldfastError("usage", `${file} is missing`, { next });
}
