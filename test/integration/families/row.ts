import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Running } from "../../../src/domain/system.ts";
import type { Kind, Place, SwitchRoot } from "../../../src/roots/kinds/kind.ts";
import { run } from "../tools.ts";

/** The columns of the table, in reading order. */
export const QUESTIONS = ["lists", "describes", "once", "always", "enters"] as const;
export type Question = (typeof QUESTIONS)[number];

/** What is said of a family whose own tool no machine here has. */
export const LAYOUT_ONLY = "layout only";

/** A family whose systems its own tool made; every answer is the judge's words of this run. */
export interface Row {
  readonly kind: { readonly name: Kind["name"] };
  answer(question: Question): string | Promise<string>;
  close(): void;
}

/** The kernel that the systems of the tests have modules for. */
export const RUNNING: Running = { kernel: "6.1.0-24.2", lastRun: null };

/** A kernel that no machine of the tests runs. */
export const OLD_KERNEL = "6.1.0-24.1";

/** What a family's tool is given to make three systems of: the first for an old kernel, the others for this one. */
export interface MadeSystems {
  readonly kernel: string;
  /** The old one; OLD_KERNEL when missing. */
  readonly old?: string;
  make(tree: string, version: string, kernel: string): void;
}

/** Systems that say what they are and end. */
export const RUNNING_SYSTEMS: MadeSystems = { kernel: RUNNING.kernel, make: makeSystem };

/** A loop device over an image; null where this machine has none. */
export function attach(image: string): string | null {
  const { status, stdout } = spawnSync("losetup", ["--find", "--show", image], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

/** A tree with an init that says which version it is, and that runs without any library. */
export function makeSystem(tree: string, version: string, kernel: string): void {
  rmSync(tree, { recursive: true, force: true });
  for (const folder of ["usr/bin", "usr/sbin", "usr/etc", `usr/lib/modules/${kernel}`]) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  for (const folder of ["boot", "dev", "etc", "proc", "run", "sys", "sysroot", "tmp", "var"])
    mkdirSync(join(tree, folder));
  copyFileSync("/bin/busybox", join(tree, "usr/bin/busybox"));
  const init = `#!/usr/bin/busybox sh
. /usr/lib/os-release
can() { echo "$1 $(busybox touch $1/x 2>&- && echo writable || echo read-only)"; }
echo "version $VERSION_ID, $(can /usr), $(can /etc), $(can /var)"
`;
  writeFileSync(join(tree, "usr/sbin/init"), init, { mode: 0o755 });
  run("ln", ["-s", "usr/sbin", join(tree, "sbin")]);
  writeFileSync(
    join(tree, "usr/lib/os-release"),
    `NAME=Test\nPRETTY_NAME="Test OS"\nVERSION_ID=${version}\n`,
  );
  writeFileSync(join(tree, `usr/lib/modules/${kernel}/vmlinuz`), `kernel ${kernel}`);
  writeFileSync(join(tree, `usr/lib/modules/${kernel}/initramfs.img`), `initramfs ${kernel}`);
}

const ENTER = join(import.meta.dirname, "enter.ts");

/** Carries out what enters a system, and answers what its init says, and behind it what it answers to `asked`. */
export function enter(kind: Kind, place: Place, id: string, target: string, asked = ""): string {
  const opening = kind.open(place, id, RUNNING, target);
  if (!("steps" in opening)) throw new Error(`${id} is entered by ${opening.entry}, and not by steps`);
  return runIn(opening, target, asked);
}

/** Carries out mount steps in a namespace that ends with it, and answers what the init says. */
export function runIn(
  { steps, init }: Pick<SwitchRoot, "steps" | "init">,
  target: string,
  asked = "",
): string {
  const script = 'mount -t tmpfs none /run && exec "$@"';
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", ENTER, target, init, asked];
  const words = ["--mount", "--propagation", "private", "sh", "-c", script, "sh", ...node];
  return run("unshare", words, JSON.stringify(steps)).trim();
}
