import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { buildBinary } from "./binary.ts";
import { type DemoMachine, demoMachine } from "./demo-machine.ts";
import { DEMO_USAGE, type DemoWords, parseDemoWords } from "./demo-options.ts";
import { demoSlots } from "./demo-slots.ts";
import { holdAtPowerOn } from "./held-at-power-on.ts";
import { CACHE } from "./paths.ts";
import { qemuArguments, qemuOf } from "./qemu.ts";
import { Qmp } from "./qmp.ts";
import { run } from "./run.ts";
import { HOST } from "./target.ts";

/** Where the demo keeps its disk and its sockets from one run to the next. */
const FOLDER = join(CACHE, "demo");
const SOCKETS = { own: join(FOLDER, "own.qmp"), others: join(FOLDER, "qmp") };

/** Builds everything that is not there yet, starts the machine and stays until it goes off. */
async function demo(words: DemoWords): Promise<number> {
  console.log("Building what is not there yet; the first time takes some minutes.");
  await buildBinary();
  const add = null;
  const machine = await demoMachine({
    name: "demo",
    arch: HOST,
    slots: demoSlots(),
    scheme: "chromeos-gpt",
    panels: [words.size],
    add,
  });
  const disk = demoDisk(machine, words.reset);
  const display = displayArguments();
  console.log(introduction(words, display.window));
  return runMachine(machine, disk, words, display.arguments);
}

/** The demo's own disk. What slots and counters became is kept, until it is reset or made from newer parts. */
function demoDisk(machine: DemoMachine, reset: boolean): string {
  const disk = join(FOLDER, "disk.img");
  const origin = join(FOLDER, "disk.origin");
  const current = existsSync(origin) && readFileSync(origin, "utf8") === machine.disk;
  if (!reset && existsSync(disk) && current) return disk;
  mkdirSync(FOLDER, { recursive: true });
  rmSync(origin, { force: true });
  run("cp", ["--sparse=always", "--reflink=auto", machine.disk, disk]);
  writeFileSync(origin, machine.disk);
  return disk;
}

/** A window where there is a display and QEMU has the module for it; otherwise the terminal alone. */
function displayArguments(): { window: boolean; arguments: string[] } {
  const known = spawnSync(qemuOf(HOST), ["-display", "help"], { encoding: "utf8" }).stdout ?? "";
  const kinds = known.split("\n").map((line) => line.trim());
  const kind = ["gtk", "sdl"].find((name) => kinds.includes(name));
  const seat = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  if (!seat || kind === undefined) return { window: false, arguments: ["-display", "none"] };
  return { window: true, arguments: ["-display", kind] };
}

function introduction(words: DemoWords, window: boolean): string {
  const panel = window
    ? "The window is the device's panel. The same menu is in this terminal."
    : `The menu will be in this terminal. To see the panel, run in a second one:
  npm run demo -- --screendump panel.png`;
  const held = words.hold ? "Volume-down is held for you at power-on, so the menu comes up." : "";
  return `
${panel}
${held}
Keys      arrow up and down move, Enter chooses; on the panel also volume up, volume down and power
Reboot    "reboot" in the system's shell; that start is an ordinary one
Leave     Ctrl-A, then X
`;
}

async function runMachine(
  machine: DemoMachine,
  disk: string,
  words: DemoWords,
  display: readonly string[],
): Promise<number> {
  const args = qemuArguments({
    ...machine,
    arch: HOST,
    disk,
    // "gpt": with a bad primary table the kernel takes the backup.
    words: words.menu ? ["gpt", "holdfast.menu"] : ["gpt"],
    panel: words.size,
    qmp: SOCKETS.own,
  });
  const serial = [
    "-serial",
    "mon:stdio",
    "-name",
    "Holdfast demo",
    "-qmp",
    `unix:${SOCKETS.others},server=on,wait=off`,
  ];
  const child = spawn(qemuOf(HOST), [...args, ...serial, ...display], { stdio: "inherit" });
  const ended = once(child, "exit");
  if (words.hold) await holdAtPowerOn(SOCKETS.own, "volumedown", words.size);
  const [code] = await ended;
  return typeof code === "number" ? code : 1;
}

/** Asks the running demo for a picture of its panel. */
async function screendump(file: string): Promise<void> {
  const qmp = await Qmp.connect(SOCKETS.others, 1000).catch((error: unknown) => {
    throw new HoldfastError("noDevice", "No demo is running.", { next: "Start npm run demo.", cause: error });
  });
  await qmp.execute("screendump", { filename: resolve(file), format: "png" });
  qmp.close();
  console.log(`${file} shows the panel.`);
}

try {
  const words = parseDemoWords(process.argv.slice(2));
  if (words.help) console.log(DEMO_USAGE);
  else if (words.screendump !== null) await screendump(words.screendump);
  else process.exitCode = await demo(words);
} catch (error) {
  console.error(`demo: ${messageOf(error)}`);
  if (error instanceof HoldfastError && error.next !== null) console.error(error.next);
  process.exitCode = error instanceof HoldfastError ? error.exitCode : 1;
}
