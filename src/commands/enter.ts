import { existsSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import { isSystemKey } from "../domain/kept-systems.ts";
import { LUKS_TYPE, type Plan } from "../domain/plan.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { volatileRootSteps } from "../domain/volatile-root.ts";
import { kernelRelease, readCommandLine } from "../linux/kernel.ts";
import { printError } from "../linux/output.ts";
import { writeBootRecord, writeSystemRecord } from "./boot-record.ts";
import { type EnteredState, enterState, knownState } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import type { EnteredRoot } from "./developer-root.ts";
import { refuseRunningSystem } from "./end-system.ts";
import { addFailedSlot } from "./failed-slots.ts";
import { type GlobalOptions, runDirOf, stateDirOf } from "./options.ts";
import { readPlan } from "./plan-file.ts";
import { shutDown } from "./shut-down.ts";

type SwitchRoot = Extract<Plan, { action: "switch-root" }>;

/**
 * Carries out the plan that gate or menu wrote: mounts the root read-only on /sysroot and leaves boot.json
 * for it, starts the slot's own kernel, or shuts down. The switch itself is PID 1's.
 */
export async function enter(options: GlobalOptions): Promise<ExitCode> {
  const plan = readPlan(runDirOf(options));
  if (plan === null) {
    throw new HoldfastError("usage", `There is no plan in ${runDirOf(options)}.`, {
      next: "Run holdfast gate or holdfast menu first; they decide which slot is entered.",
    });
  }
  await withdrawOffer();
  if (plan.action === "switch-root") await mountRoot(options, plan);
  else if (plan.action === "system") await mountSystem(options, plan);
  else if (plan.action === "hand-over") writeSystemRecord(runDirOf(options), plan, kernelRelease());
  else if (plan.action === "kexec") await startKernel(options, plan);
  else await shutDown(options, plan);
  return ExitCode.done;
}

/**
 * The root of the slot first: without it nothing is entered. What comes on top of it, such as the state
 * partition, is a list of steps of its own each: one that fails is taken back and said, and the boot goes on.
 */
async function mountRoot(options: GlobalOptions, plan: SwitchRoot): Promise<void> {
  const { clearMounts } = await import("../linux/mounts.ts");
  const { carryOut } = await import("../roots/mount-steps.ts");
  const base = plan.root.fstype === LUKS_TYPE ? await import("../roots/encrypted-base.ts") : null;
  const target = join(options.root, "sysroot");
  clearMounts(target);
  try {
    const root = base === null ? plan.root : await base.openBase(plan.root);
    carryOut(volatileRootSteps(root, target, readCommandLine(options.root)));
  } catch (error) {
    await base?.closeBase();
    throw await failed(options, plan.slot, error);
  }
  const state = await withState(options, target);
  const notes = await withLayers(options, plan, target, state);
  writeBootRecord(runDirOf(options), plan, kernelRelease(), state, notes);
}

/** A system of another family brings its own /var and its own layers: nothing of ours comes on top of it. */
async function mountSystem(options: GlobalOptions, plan: Extract<Plan, { action: "system" }>): Promise<void> {
  const { clearMounts } = await import("../linux/mounts.ts");
  const { carryOut } = await import("../roots/mount-steps.ts");
  clearMounts(join(options.root, "sysroot"));
  try {
    carryOut(plan.steps);
  } catch (error) {
    throw await failed(options, plan.slot, error);
  }
  writeSystemRecord(runDirOf(options), plan, kernelRelease());
}

/** What lies over the image, or is left out; what cannot be had is said, and the boot goes on. */
async function withLayers(
  options: GlobalOptions,
  { slot, layers }: SwitchRoot,
  sysroot: string,
  entered: EnteredState | null,
): Promise<string[]> {
  const state = entered?.report.kind === "partition" ? stateDirOf(options) : null;
  const wantsShell = layers.developer?.features.includes("shell") ?? false;
  const consoles = wantsShell ? await serialConsoles(options) : [];
  const notes = await laidOver({ slot, sysroot, state, runDir: runDirOf(options), layers, consoles });
  for (const note of notes) printError(`holdfast: ${note}\n`);
  return notes;
}

/** Names below /dev. */
async function serialConsoles(options: GlobalOptions): Promise<string[]> {
  const { serialConsolePaths } = await import("../linux/serial-consoles.ts");
  const { config } = configurationFor(options, { tolerant: true });
  return serialConsolePaths(config).map((path) => path.slice("/dev/".length));
}

/** A menu that died may have left partitions with a computer; what is mounted now must be nobody else's. */
async function withdrawOffer(): Promise<void> {
  const { hasGadget } = await import("../linux/gadget.ts");
  if (!hasGadget()) return;
  try {
    await (await import("./usb-port.ts")).withdrawOffer();
  } catch (error) {
    printError(`holdfast: the USB port was not given back: ${messageOf(error)}\n`);
  }
}

/** What a device has that was ever asked for layers; the others do not wait for the code of them. */
const TRACES = ["layers", "extensions.json"] as const;

async function laidOver(root: EnteredRoot): Promise<string[]> {
  const { layers, state } = root;
  const traces = state !== null && TRACES.some((name) => existsSync(join(state, HISTORY_DIR, name)));
  if (!layers.safe && layers.developer === null && !traces) return [];
  try {
    const { enterLayers } = await import("./enter-layers.ts");
    return await enterLayers(root);
  } catch (error) {
    return [`Nothing was laid over the image: ${messageOf(error)}`];
  }
}

async function startKernel(options: GlobalOptions, plan: Extract<Plan, { action: "kexec" }>): Promise<void> {
  refuseRunningSystem();
  const { startOwnKernel } = await import("./own-kernel.ts");
  try {
    await startOwnKernel(options, plan);
  } catch (error) {
    throw await failed(options, plan.slot, error);
  }
}

/**
 * Remembers that the slot cannot be entered, so that this boot goes on with another one, and marks it bad when
 * its proof failed. Answers the error that says so.
 */
async function failed(options: GlobalOptions, slot: string, error: unknown): Promise<HoldfastError> {
  const why = messageOf(error);
  addFailedSlot(runDirOf(options), slot, why);
  if (error instanceof HoldfastError && error.kind === "damaged" && !isSystemKey(slot)) {
    const { openDevice } = await import("./device.ts");
    const problem = await (await openDevice(options, { tolerant: true })).markDamaged(slot, why);
    if (problem !== null) printError(`holdfast: ${problem}\n`);
  }
  const what = isSystemKey(slot) ? slot : `Slot ${slot}`;
  return new HoldfastError("slotFailed", `${what} cannot be started: ${why}`, { cause: error });
}

/** /state and what it is bound to; what fails is said, and the boot goes on. */
async function withState(options: GlobalOptions, target: string): Promise<EnteredState | null> {
  try {
    const { config } = configurationFor(options, { tolerant: true });
    const before = new Set(knownState(options)?.notes ?? []);
    const state = await enterState(options, config, target);
    for (const note of state?.report.notes ?? []) if (!before.has(note)) printError(`holdfast: ${note}\n`);
    return state;
  } catch (error) {
    printError(`holdfast: /state is not in this system: ${messageOf(error)}\n`);
    return null;
  }
}
