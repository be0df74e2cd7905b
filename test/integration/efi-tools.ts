import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemdBoot } from "../../src/build/tools.ts";
import type { FakeEsp } from "../fixtures/esp.ts";

/** The tools as they are named inside the room. */
const BOOTCTL = "/tools/usr/bin/bootctl";
const BLESS = "/tools/lib/systemd/systemd-bless-boot";

/**
 * A room in which systemd's tools take folders of ours for ESP and efivarfs: user and mount namespaces of
 * its own, so that an ordinary user can have it, and a root that says nothing of containers, in which
 * systemd-bless-boot refuses to work. bootctl wants the ESP to be the root of a mounted file system: the
 * files are copied into a tmpfs and back.
 */
const ROOM = `set -eu
room=$1 esp=$2 variables=$3 tools=$4
shift 4
mount -t tmpfs tmpfs "$room"
for each in bin sbin lib lib64 usr etc; do
	if [ -L /$each ]; then cp -P /$each "$room/$each"; continue; fi
	mkdir "$room/$each"
	mount --rbind "/$each" "$room/$each"
done
mkdir -p "$room/tools" "$room/proc" "$room/dev" "$room/tmp" "$room/run" "$room/esp" "$room/sys/firmware/efi/efivars"
mount --bind "$tools" "$room/tools"
mount --rbind /proc "$room/proc"
mount --rbind /dev "$room/dev"
mount -t tmpfs tmpfs "$room/esp"
cp -a "$esp/." "$room/esp"
mount --bind "$variables" "$room/sys/firmware/efi/efivars"
code=0
chroot "$room" "$@" || code=$?
find "$esp" -mindepth 1 -delete
cp -a "$room/esp/." "$esp"
exit $code
`;

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of systemd's tools on a stand-in for ESP and efivarfs; "/esp" is the ESP in there. */
function inRoom(esp: FakeEsp, tool: string, ...args: readonly string[]): Answer {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-room-"));
  try {
    const script = join(folder, "room.sh");
    writeFileSync(script, ROOM);
    const words = [script, folder, esp.root, esp.efivars, systemdBoot().path(""), tool, ...args];
    const env = {
      ...process.env,
      LC_ALL: "C",
      SYSTEMD_RELAX_ESP_CHECKS: "1",
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
    };
    const { status, stdout, stderr } = spawnSync("unshare", ["-Urm", "sh", ...words], {
      encoding: "utf8",
      env,
    });
    return { code: status, stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** bootctl on the ESP. */
export function bootctl(esp: FakeEsp, ...words: readonly string[]): Answer {
  return inRoom(esp, BOOTCTL, "--esp-path=/esp", ...words);
}

/** systemd-bless-boot on the ESP. */
export function bless(esp: FakeEsp, verb: string): Answer {
  return inRoom(esp, BLESS, "--path=/esp", verb);
}

/** The fields of `bootctl list --json` that the codec is judged by. */
export interface Listed {
  readonly id: string;
  readonly path: string;
  readonly title?: string;
  readonly version?: string;
  readonly sortKey?: string;
  readonly machineId?: string;
  readonly options?: string;
  readonly linux?: string;
  readonly triesLeft?: number;
  readonly triesDone?: number;
}

/** What bootctl lists, in its order; version 252 prints one object after the other. */
export function bootctlList(esp: FakeEsp): Listed[] {
  const { code, stdout, stderr } = bootctl(esp, "list", "--json=short");
  if (code !== 0) throw new Error(`bootctl list ended with ${code}: ${stderr}`);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Listed]));
}
