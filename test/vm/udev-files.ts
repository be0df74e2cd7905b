import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { libraryClosure } from "../../src/build/closure.ts";

/** Both names of one program; by the first it is the daemon. */
const PROGRAMS = ["systemd-udevd", "udevadm"];
const LIBINPUT = "/usr/lib/x86_64-linux-gnu/libinput.so.10";
const START = `#!/bin/sh
PATH=/usr/bin:/bin
systemd-udevd --daemon
udevadm trigger --action=add
udevadm settle
`;

/** This machine's udev with the rules that input takes, started early, and its libinput: as an initramfs with udev has it. */
export function udevAndLibinput(): Record<string, string | Buffer> {
  const udevadm = "/usr/bin/udevadm";
  // The loader is there, and has to be a program.
  const files = [LIBINPUT, ...libraryClosure([udevadm, LIBINPUT]).filter((file) => !/\/ld-linux/.test(file))];
  return {
    ...Object.fromEntries(files.map((file) => [file.slice(1), readFileSync(file)])),
    ...Object.fromEntries(PROGRAMS.map((name) => [`usr/bin/${name}`, readFileSync(udevadm)])),
    ...folder(
      "/usr/lib/udev/rules.d",
      /^(50-udev-default|60-evdev|60-input-id|70-mouse|70-touchpad)\.rules$/,
    ),
    ...folder("/usr/share/libinput", /\.quirks$/),
    "etc/holdfast/early.d/40-udev.sh": START,
  };
}

function folder(path: string, pattern: RegExp): Record<string, Buffer> {
  const names = readdirSync(path).filter((name) => pattern.test(name));
  return Object.fromEntries(names.map((name) => [join(path, name).slice(1), readFileSync(join(path, name))]));
}
