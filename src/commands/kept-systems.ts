import { existsSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { idOfKey, type KeptSystems } from "../domain/kept-systems.ts";
import { consolesKept } from "../domain/own-kernel.ts";
import type { Plan, Reason } from "../domain/plan.ts";
import type { Change } from "../domain/slot.ts";
import type { Running } from "../domain/system.ts";
import { kernelRelease, readCommandLine } from "../linux/kernel.ts";
import { kexecObstacle } from "../linux/kexec.ts";
import { clearLooks, lookFolder } from "../linux/look-folder.ts";
import { readKept, withKept } from "../roots/kept-systems.ts";
import type { Search } from "../roots/kept-volumes.ts";
import type { Opening } from "../roots/kinds/kind.ts";
import { History } from "../state/history.ts";
import { historyDirOf, isBooting } from "./boot-state.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { loadOwnKernel } from "./own-kernel.ts";

/** Slots have their own place in the menu; what their roots lie on is not looked through for more. */
export function searchFor(options: GlobalOptions, device: Device | null): Search {
  const devices = (device?.places ?? []).flatMap((place) => place.device ?? []);
  const around = (device?.places ?? []).flatMap((place) => place.base?.device ?? []);
  const runDir = runDirOf(options);
  clearLooks(runDir);
  const workDir = join(lookFolder(runDir), "systems");
  return { workDir, without: new Set([...devices, ...around]), attach: isBooting(options) };
}

/** What is asked of systems from outside: the running kernel, and the system that was entered last. */
export function runningFor(options: GlobalOptions): Running {
  const last = lastEntered(options);
  return {
    kernel: kernelRelease(),
    lastRun: last === null ? null : idOfKey(last),
    commandLine: readCommandLine(options.root),
    root: options.root,
    isAlpine: existsSync(join(options.root, NEXT_INIT)),
  };
}

/** The slot, or the key of the system, that was entered last; null when nobody knows. */
export function lastEntered(options: GlobalOptions): string | null {
  const events = new History(historyDirOf(options)).events();
  return events.findLast(({ event }) => event === "entered")?.slot ?? null;
}

/** The init that goes on after Holdfast, where an integrator put one: Alpine's own (see the supervisor). */
const NEXT_INIT = "etc/holdfast/next-init";

/**
 * Every system that this machine's disks keep beside the slots of `device`. Only root can look; an image that is
 * named by --disk is somebody else's.
 */
export async function keptSystems(options: GlobalOptions, device: Device | null): Promise<KeptSystems> {
  refuseOthers(options);
  const { groups, problems } = await readKept(searchFor(options, device), runningFor(options));
  const obstacle = kexecObstacle();
  if (obstacle === null) return { groups, problems };
  const without = groups.map((group) => ({
    ...group,
    systems: group.systems.map((system) =>
      system.once.entry === "kexec"
        ? { ...system, once: { entry: null, reason: `${system.once.reason} ${obstacle}` } }
        : system,
    ),
  }));
  return { groups: without, problems };
}

function refuseOthers({ disk, root }: GlobalOptions): void {
  if (disk !== null || root !== "/") {
    throw new HoldfastError(
      "refused",
      "Systems of other families are only looked for on this machine's disks.",
    );
  }
  if (process.getuid?.() !== 0) {
    throw new HoldfastError("refused", "Only root can look for systems on the disks.");
  }
}

/**
 * The change that makes a system the default. None of these families has a store of this device's: each refuses with
 * the command of its own running system that can.
 */
export async function selectSystem(options: GlobalOptions, key: string): Promise<Change> {
  refuseOthers(options);
  const running = runningFor(options);
  return withKept(searchFor(options, null), running, key, ({ kind, place, system }) =>
    kind.select(place, system.id, running),
  );
}

/**
 * The plan that enters a system once. A kernel of its own is put into memory before the plan is answered, so that
 * one that the running kernel does not take is known while there is still a choice.
 */
export async function planForSystem(
  options: GlobalOptions,
  device: Device | null,
  key: string,
  { reason, console }: { readonly reason: Reason; readonly console: string | null },
): Promise<Plan> {
  const running = runningFor(options);
  const opening = await withKept(
    searchFor(options, device),
    running,
    key,
    ({ kind, place, system }): Opening => kind.open(place, system.id, running, join(options.root, "sysroot")),
  );
  const plan = await planOf(options, key, opening, reason);
  if (device?.readOnly == null) {
    await new History(historyDirOf(options)).recordSystem(key, reason, console);
  }
  return plan;
}

async function planOf(options: GlobalOptions, key: string, opening: Opening, reason: Reason): Promise<Plan> {
  if ("apkovl" in opening) return { action: "hand-over", slot: key, apkovl: opening.apkovl, reason };
  if (opening.entry === "switch-root") {
    const { steps, init } = opening;
    return { action: "system", slot: key, steps, init, reason };
  }
  const { kernel } = opening;
  const commandLine = consolesKept(kernel.options, readCommandLine(options.root));
  await loadOwnKernel(kernel, commandLine, join(lookFolder(runDirOf(options)), "roots"));
  return { action: "kexec", slot: key, kernel, commandLine, reason };
}
