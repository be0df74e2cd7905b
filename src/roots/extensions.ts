import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseOsRelease } from "../bytes/os-release.ts";
import { messageOf } from "../domain/errors.ts";
import type { Extension, LeftOut } from "../domain/extensions.ts";
import {
  type ExtensionHost,
  mismatchOf,
  type ReleaseValues,
  systemdArchitecture,
} from "../domain/extensions-match.ts";
import { extensionFolders, extensionName, placeBeforeStart } from "../domain/extensions-places.ts";
import type { Bind } from "../domain/state-binds.ts";
import { extendedAttribute } from "../linux/syscalls.ts";
import { withExtensionImage } from "./extensions-image.ts";
import { resolveInside } from "./resolve.ts";
import { startsExtensions, systemdVersion } from "./systemd.ts";

/** Where the paths of a system lie that does not run yet; with no binds and `tree` "/" that of this one. */
export interface SystemView {
  /** Root of the slot. */
  readonly tree: string;
  /** Where the state partition is mounted; null when there is none. */
  readonly state: string | null;
  readonly binds: readonly Bind[];
}

/** What is asked about a slot's extensions. */
export interface ExtensionQuestion {
  readonly view: SystemView;
  readonly host: ExtensionHost;
  /** Version of systemd in the slot; null where it has none, so that nothing is merged. */
  readonly systemd: number | null;
  /** Whether the slot starts systemd-sysext, or systemd-confext, by itself. */
  readonly starts: Readonly<Record<Extension["kind"], boolean>>;
  readonly leftOut: LeftOut;
  /** Folder under which images are mounted for the look inside. */
  readonly workDir: string;
}

const RELEASE_FOLDER = {
  sysext: "usr/lib/extension-release.d",
  confext: "etc/extension-release.d",
} as const;
/** A system extension that ships this would give the system another identity (UAPI.4). */
const IDENTITY = { sysext: "usr/lib/os-release", confext: "etc/os-release" } as const;
/** What older systemds than any with extensions looked through does not matter; this stands for "not known". */
const OLDEST = 252;
const MAX_LINKS = 8;
/** More than any device has; keeps a folder gone wild from taking the boot with it. */
const MAX_EXTENSIONS = 256;

/** The question about a system, with what its own files say about itself. */
export function questionAbout(view: SystemView, leftOut: LeftOut, workDir: string): ExtensionQuestion {
  const { tree } = view;
  const release = resolveInside(tree, "/etc/os-release") ?? resolveInside(tree, "/usr/lib/os-release");
  return {
    view,
    host: {
      release: parseOsRelease(release === null ? "" : readFileSync(release, "utf8")),
      architecture: systemdArchitecture(process.arch),
    },
    systemd: systemdVersion(tree),
    starts: { sysext: startsExtensions(tree, "sysext"), confext: startsExtensions(tree, "confext") },
    leftOut,
    workDir,
  };
}

/** Every sysext and confext that a slot finds, in the order in which systemd looks; never throws. */
export function listExtensions(question: ExtensionQuestion): Extension[] {
  return (["sysext", "confext"] as const).flatMap((kind) =>
    extensionsIn(kind, extensionFolders(kind, question.systemd ?? OLDEST), question),
  );
}

/** Those in some folders of the running system, the strongest first; never throws. */
export function extensionsIn(
  kind: Extension["kind"],
  folders: readonly string[],
  question: ExtensionQuestion,
): Extension[] {
  return candidatesOf(folders, question.view).map((each) => extensionAt(kind, each, question));
}

interface Candidate {
  readonly name: string;
  /** In the running system. */
  readonly path: string;
  /** Where it lies now; null where a link leads nowhere. */
  readonly real: string | null;
  readonly format: Extension["format"];
  /** An empty folder of its name stands before it, as a mask does. */
  readonly masked: boolean;
}

function candidatesOf(folders: readonly string[], view: SystemView): Candidate[] {
  const masks = new Set<string>();
  const seen = new Map<string, Candidate>();
  for (const folder of folders) {
    for (const entry of entriesOf(view, folder)) {
      const path = join(folder, entry.name);
      const real = pathBeforeStart(view, path);
      const isFile = entry.isFile() || (real !== null && isRegular(real));
      const name = extensionName(entry.name, isFile);
      if (name === null || seen.has(name) || seen.size >= MAX_EXTENSIONS) continue;
      if (real !== null && !isFile && isEmpty(real)) masks.add(name);
      else
        seen.set(name, { name, path, real, format: isFile ? "image" : "directory", masked: masks.has(name) });
    }
  }
  return [...seen.values()];
}

function extensionAt(
  kind: Extension["kind"],
  { name, path, real, format, masked }: Candidate,
  { host, systemd, starts, leftOut, workDir }: ExtensionQuestion,
): Extension {
  const mismatch =
    real === null ? "It is a link to nothing." : mismatchAt(kind, name, real, format, host, workDir);
  const out = masked || leftOut[kind].includes(name);
  const active = mismatch === null && !out && systemd !== null && starts[kind];
  return { name, kind, path, format, matches: mismatch === null, mismatch, active, leftOut: out };
}

function mismatchAt(
  kind: Extension["kind"],
  name: string,
  real: string,
  format: Extension["format"],
  host: ExtensionHost,
  workDir: string,
): string | null {
  const judge = (tree: string) => judgeTree(kind, name, tree, host);
  try {
    if (format === "directory") return judge(real);
    return withExtensionImage(real, workDir, judge);
  } catch (error) {
    return `It cannot be opened: ${messageOf(error)}.`;
  }
}

function judgeTree(kind: Extension["kind"], name: string, tree: string, host: ExtensionHost): string | null {
  if (resolveInside(tree, IDENTITY[kind]) !== null) {
    return `It brings an ${IDENTITY[kind]} of its own, as only a whole system may.`;
  }
  const release = releaseOf(kind, name, tree);
  if (release === null) {
    return `It does not say what it is made for: ${RELEASE_FOLDER[kind]}/extension-release.${name} is missing.`;
  }
  return mismatchOf(kind, release, host);
}

/** The extension-release of its own name, or one that says by an attribute that its name does not matter. */
function releaseOf(kind: Extension["kind"], name: string, tree: string): ReleaseValues | null {
  const folder = resolveInside(tree, RELEASE_FOLDER[kind]);
  if (folder === null) return null;
  const own = join(folder, `extension-release.${name}`);
  const loose = () =>
    readdirSync(folder)
      .filter((each) => each.startsWith("extension-release."))
      .map((each) => join(folder, each))
      .find((path) => isRegular(path) && extendedAttribute(path, "user.extension-release.strict") === "0");
  const file = isRegular(own) ? own : loose();
  return file === undefined ? null : parseOsRelease(readFileSync(file, "utf8"));
}

function entriesOf(view: SystemView, folder: string): Dirent[] {
  const real = pathBeforeStart(view, folder);
  try {
    return real === null
      ? []
      : readdirSync(real, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** Where a path of the coming system lies now, its last links followed; null when there is nothing. */
export function pathBeforeStart(view: SystemView, path: string): string | null {
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    const place = placeBeforeStart(at, view.binds);
    const tree = { slot: view.tree, state: view.state, self: "/" }[place.tree];
    const folder = tree === null ? null : resolveInside(tree, dirname(place.path));
    if (folder === null) return null;
    const here = join(folder, place.path.slice(place.path.lastIndexOf("/") + 1));
    const found = lstatSync(here, { throwIfNoEntry: false });
    if (found === undefined) return null;
    if (!found.isSymbolicLink()) return here;
    at = resolve(dirname(at), readlinkSync(here));
  }
  return null;
}

function isRegular(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).length === 0;
}
