import { existsSync, readlinkSync } from "node:fs";
import { mkdir, rmdir, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../domain/errors.ts";
import { loadModules } from "./load-modules.ts";
import { namesIn } from "./names.ts";
import { mount } from "./syscalls.ts";
import { textOf } from "./sysfs.ts";
import { CONTROLLERS, usbControllers } from "./usb-controllers.ts";

const CONFIGFS = "/sys/kernel/config";
const GADGETS = `${CONFIGFS}/usb_gadget`;
/** Our own; gadgets of others are left alone. */
const GADGET = `${GADGETS}/holdfast`;

/** Whether a gadget of ours is there, perhaps of a menu that died. */
export function hasGadget(): boolean {
  return existsSync(GADGET);
}

/**
 * The first controller that can make this machine a device and that no other gadget has; null when there is
 * none. Its own driver is the integrator's to load.
 */
export function usbController(): string | null {
  const others = namesIn(GADGETS).filter((name) => join(GADGETS, name) !== GADGET);
  const taken = others.map((name) => textOf(join(GADGETS, name, "UDC")));
  return usbControllers().find((name) => !taken.includes(name)) ?? null;
}

/** Whether a computer has taken up what is offered ("configured" in the words of USB 2.0, chapter 9.1). */
export function isConnected(controller: string): boolean {
  return textOf(join(CONTROLLERS, controller, "state")) === "configured";
}

/** Has the kernel's part of gadgets ready; without it, making one fails with the reason. */
export async function prepareGadgets(modules: readonly string[]): Promise<void> {
  await loadModules(modules);
  if (existsSync(GADGETS)) return;
  try {
    mount("configfs", CONFIGFS, "configfs", 0);
  } catch {
    // Mounted already, or not there at all: then making the gadget says it.
  }
}

/** One change to the gadget; `path` and `target` are below its folder. */
interface Step {
  readonly kind: "make" | "write" | "link" | "unlink" | "remove";
  readonly path: string;
  readonly text?: string;
  readonly target?: string;
}

/** Carries steps out, one after the other; the first that fails is thrown. */
export async function carryOut(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await carryOutOne(step);
}

/** The same, where as much as possible is to be done: the first that failed is thrown at the end. */
export async function carryOutAll(steps: readonly Step[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await carryOutOne(step).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function carryOutOne({ kind, path, text = "", target = "" }: Step): Promise<void> {
  const place = join(GADGET, path);
  if (kind === "make") await mkdir(place);
  else if (kind === "write") await writeFile(place, text);
  else if (kind === "link") await symlink(join(GADGET, target), place);
  else if (kind === "unlink") await unlink(place);
  else {
    await letGo(place);
    await rmdir(place);
  }
}

/** How long holders of a line may take to close it once it was hung up. */
const LET_GO_MS = 2000;

/**
 * Waits until nobody has the line of a serial function open: the kernel would wait for that in rmdir, where
 * nothing can interrupt it. Who does not let go by itself, such as what was started from a shell there, is ended.
 */
async function letGo(folder: string): Promise<void> {
  const line = lineIn(folder);
  if (line === null) return;
  const start = performance.now();
  for (let ended = false; ; ) {
    const holders = holdersOf(line);
    if (holders.length === 0) return;
    const waited = performance.now() - start;
    if (waited > LET_GO_MS) throw new HoldfastError("system", `${line} is still in use`);
    if (waited > LET_GO_MS / 2 && !ended) {
      ended = true;
      for (const pid of holders) if (pid !== process.pid) endProcess(pid);
    }
    await sleep(20);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Processes that have a file open. */
function holdersOf(path: string): number[] {
  const pids = namesIn("/proc").filter((name) => /^\d+$/.test(name));
  const has = (pid: string) =>
    namesIn(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === path);
  return pids.filter(has).map(Number);
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** The terminal line of a serial function, such as "/dev/ttyGS0"; null for what is none, or is not there. */
export function lineOfFunction(name: string): string | null {
  return lineIn(join(GADGET, "functions", name));
}

function lineIn(folder: string): string | null {
  const number = textOf(join(folder, "port_num"));
  return number === "" ? null : `/dev/ttyGS${number}`;
}

/** What there is of the gadget: see `GadgetTree` of the domain. `config` is its configuration's folder. */
export function gadgetTree(config: string, folders: readonly string[]) {
  const functions = namesIn(join(GADGET, "functions"));
  return {
    bound: textOf(join(GADGET, "UDC")) !== "",
    functions,
    linked: functions.filter((name) => existsSync(join(GADGET, config, name))),
    folders: folders.filter((path) => existsSync(join(GADGET, path))),
  };
}

/** What the kernel says of a function, such as the "ifname" of a network; null when it says nothing. */
export function functionFact(name: string, fact: string): string | null {
  return textOf(join(GADGET, "functions", name, fact)) || null;
}

/** The serial number that the machine's maker gave it, as far as its firmware tells. */
export function machineSerial(): string | null {
  const told = ["/sys/firmware/devicetree/base/serial-number", "/sys/class/dmi/id/product_serial"];
  const serials = told.map((file) => textOf(file).replaceAll("\0", ""));
  return serials.find((serial) => /^[\x21-\x7e]{1,64}$/.test(serial)) ?? null;
}
