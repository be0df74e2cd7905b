import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { libubootenv, type UnpackedTool } from "../../src/build/tools.ts";
import { run } from "./tools.ts";

/** fw_printenv and fw_setenv over one fw_env.config: of libubootenv-tool, or U-Boot's own. */
export class FwTools {
  readonly #config: string;
  readonly #tool: UnpackedTool;

  constructor(config: string, tool = libubootenv()) {
    this.#config = config;
    this.#tool = tool;
  }

  /** All variables as fw_printenv reads them; throws when it fails. */
  variables(): Record<string, string> {
    const lines = this.#run("fw_printenv", []).split("\n").filter(Boolean);
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  }

  /** Sets several variables in one flip. */
  set(variables: Readonly<Record<string, string>>): void {
    const script = `${this.#config}.set`;
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(script, lines.join(""));
    this.#run("fw_setenv", ["-s", script]);
  }

  /** A folder with both tools under their plain names, for programs that find them by PATH. */
  wrappersIn(folder: string): string {
    mkdirSync(folder, { recursive: true });
    const library = this.#tool.env.LD_LIBRARY_PATH ?? "";
    for (const name of ["fw_printenv", "fw_setenv"]) {
      const call = `LD_LIBRARY_PATH=${library} exec ${this.#tool.path(name)} -c ${this.#config} "$@"`;
      writeFileSync(join(folder, name), `#!/bin/sh\n${call}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    return folder;
  }

  #run(program: string, words: readonly string[]): string {
    const env = { ...process.env, ...this.#tool.env };
    const all = ["-c", this.#config, ...words];
    return execFileSync(this.#tool.path(program), all, { encoding: "utf8", env, stdio: "pipe" });
  }
}

/** Bytes of an environment as mkenvimage makes them. */
export function mkenvimage(folder: string, text: string, size: number, redundant: boolean): Buffer {
  const [source, made] = [join(folder, "mkenvimage.txt"), join(folder, "mkenvimage.bin")];
  writeFileSync(source, text);
  run("mkenvimage", [...(redundant ? ["-r"] : []), "-s", `${size}`, "-o", made, source]);
  return readFileSync(made);
}

/** All variables of a block as grub-editenv lists them. */
export function grubList(path: string): Record<string, string> {
  const lines = run("grub-editenv", [path, "list"]).split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

/** What `rauc status` says of one slot and of the whole. */
export interface RaucStatus {
  readonly booted: string;
  /** RAUC's name of the slot that boots next, such as "rootfs.0". */
  readonly primary: string | null;
  /** "good" or "bad" by bootname. */
  readonly states: Readonly<Record<string, string>>;
}

interface RaucJson {
  readonly booted: string;
  readonly boot_primary: string | null;
  readonly slots: readonly Readonly<Record<string, { bootname: string; boot_status: string }>>[];
}

/** Waits for the service, then runs the words of each line with rauc and prints the status after each. */
const SESSION = `
export DBUS_STARTER_BUS_TYPE=session
rauc --conf="$1" --override-boot-slot="$2" service >"$1.log" 2>&1 &
service=$!
tries=0
until rauc status >/dev/null 2>&1; do
  tries=$((tries + 1)); [ $tries -lt 100 ] || { cat "$1.log" >&2; kill $service; exit 1; }
  sleep 0.1
done
while read -r words; do
  [ "$words" = status ] || rauc status $words >&2 || { kill $service; exit 1; }
  rauc status --output-format=json || { kill $service; exit 1; }
done
kill $service
`;

export interface RaucSessionOptions {
  /** Folder of tools that go before those of the machine. */
  readonly path?: string;
  /** Environment of RAUC and what it starts. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs the real RAUC as a service of a message bus of its own: `rauc status WORDS` for each command, "status"
 * for none, and answers what `rauc status` says after each.
 */
export function raucSession(
  conf: string,
  booted: string,
  commands: readonly string[],
  { path = "", env: more = {} }: RaucSessionOptions = {},
): RaucStatus[] {
  const words = ["--", "sh", "-c", SESSION, "sh", conf, booted];
  const env = { ...process.env, PATH: `${path}:${process.env.PATH}:/usr/sbin:/sbin`, ...more };
  const input = commands.map((command) => `${command}\n`).join("");
  const printed = execFileSync("dbus-run-session", words, { encoding: "utf8", env, input, stdio: "pipe" });
  return printed
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => statusOf(JSON.parse(line) as RaucJson));
}

function statusOf({ booted, boot_primary, slots }: RaucJson): RaucStatus {
  const each = slots.flatMap((slot) => Object.values(slot));
  const states = Object.fromEntries(each.map(({ bootname, boot_status }) => [bootname, boot_status]));
  return { booted, primary: boot_primary, states };
}

/** Writes a system.conf with slots A and B; `lines` go into [system], `more` behind it. */
export function raucConf(folder: string, lines: readonly string[], more: readonly string[] = []): string {
  const path = join(folder, "system.conf");
  const slots = ["A", "B"].flatMap((name, index) => {
    const device = join(folder, `${name}.img`);
    writeFileSync(device, "");
    return [`[slot.rootfs.${index}]`, `device=${device}`, "type=raw", `bootname=${name}`];
  });
  const system = ["[system]", "compatible=holdfast", ...lines];
  const text = [...system, ...more, "[keyring]", `path=${join(folder, "ca.pem")}`, ...slots];
  writeFileSync(path, `${text.join("\n")}\n`);
  return path;
}
