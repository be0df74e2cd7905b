import { join } from "node:path";
import type { Asked } from "../domain/asked.ts";
import { unclearReason } from "../domain/boot-reason.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import type { Decision } from "../domain/decide-boot.ts";
import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import type { Plan } from "../domain/plan.ts";
import { needsPerson, type StateReport } from "../domain/state-report.ts";
import { readCommandLine } from "../linux/kernel.ts";
import { resetWaits } from "./boot-reset.ts";
import { isBooting, openBootState, stateReason } from "./boot-state.ts";
import type { Configuration } from "./configuration.ts";
import { type Device, openDevice } from "./device.ts";
import type { GateOptions } from "./gate.ts";
import { askForMenu, say, tell, tellProblems } from "./gate-answer.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { planFirst } from "./plan-decided.ts";
import { writePlan } from "./plan-file.ts";
import { writeRunFile } from "./run-file.ts";

/** What `gate` does where no key is held: looks at /state, the device and what waits, and decides. */
export async function ordinaryBoot(
  options: GlobalOptions,
  gateOptions: GateOptions,
  configuration: Configuration,
): Promise<ExitCode> {
  const state = await openState(options, configuration);
  const device = await open(options, gateOptions, configuration);
  if (typeof device === "number") return device;
  if (device.readOnly !== null) tell(device.readOnly.text);
  if (device.developerFlag().flag?.features.includes("shell")) allowShell(options);
  if (isBooting(options)) await device.noteCrash();
  const decision = await device.decide();
  const asked = gateOptions.menu ? await device.requests.waiting() : null;
  tellProblems(device);
  if (gateOptions.reset && (await resetWaits(options, device, asked))) return ExitCode.reset;
  if (asked !== null) {
    if (asked.request.kind !== "bootloader") return askForMenu(options, asked.reason);
    if (await stopInBootloader(options, device, asked)) return ExitCode.done;
  }
  // A bad configuration must not make a boot wait: nobody may be there, and the supervisor has the one that
  // was built in.
  const menu = gateOptions.menu && device.readOnly?.code !== "bad-config";
  if (device.scheme === "memory" && gateOptions.plainSystem === true && isBooting(options)) {
    const other = await instead(options, menu, device, decision);
    if (other !== null) return other;
  }
  if (menu && decision.showMenu) return askForMenu(options, device.readOnly ?? decision.reason);
  if (menu && state !== null && needsPerson(state)) return askForMenu(options, stateReason(state));
  return planFirst(options, menu, device, decision);
}

/** Leaves the way to another family where a slot that only its type tells has no better claim; null where it has. */
async function instead(
  options: GlobalOptions,
  menu: boolean,
  device: Device,
  decision: Decision,
): Promise<ExitCode | null> {
  if (decision.reason.code === "bootloader-chose") return null;
  const { familyInstead } = await import("./plain-system.ts");
  const other = await familyInstead(options, device);
  if (other === "planned") return ExitCode.done;
  if (other === null) return null;
  const reason = unclearReason();
  if (menu) return askForMenu(options, reason);
  throw new HoldfastError("nothingBootable", reason.text);
}

/** Lets the supervisor open a shell where nothing else is left, as developer mode asks. */
function allowShell(options: GlobalOptions): void {
  writeRunFile(join(runDirOf(options), "shell"), "");
}

/**
 * Plans the restart into the bootloader that was asked for; false where it cannot be, and the boot goes on. The
 * request is cleared first: nothing comes back from there, and the next start would stop again.
 */
async function stopInBootloader(options: GlobalOptions, device: Device, asked: Asked): Promise<boolean> {
  const { restartWay } = await import("./restarts.ts");
  try {
    await device.requests.clear();
    const { root } = options;
    const commandLine = readCommandLine(root);
    const way = await restartWay({ root, config: device.config, commandLine }, "bootloader");
    // The bootloader passed its own message over; the same once more would not make it stop.
    if (way.by === "message") throw new HoldfastError("refused", "The bootloader did not follow it.");
    const plan: Plan = { action: "reboot", slot: null, target: "bootloader", reason: asked.reason };
    writePlan(runDirOf(options), plan);
    say(`bootloader: ${asked.reason.text}`);
    return true;
  } catch (error) {
    tell(`${asked.reason.text} ${messageOf(error)} The boot goes on.`);
    return false;
  }
}

/** Opens /state before anything is read from it, and says on the consoles what became of it. */
async function openState(options: GlobalOptions, configuration: Configuration): Promise<StateReport | null> {
  const report = await openBootState(options, configuration);
  for (const sentence of [report?.problem, report?.encrypted?.problem, ...(report?.notes ?? [])]) {
    if (sentence != null) tell(sentence);
  }
  return report;
}

/**
 * The device; where it cannot be opened, the exit code: the menu has to say so, or a system of another family than
 * slots was planned. Without a menu the error stands:
 * the supervisor then goes on with what it knows from build time. So it does with configured slots, and behind
 * a bad configuration: a menu would have nothing to choose from, and would wait for ever where nobody is.
 */
async function open(
  options: GlobalOptions,
  { menu, plainSystem = false }: GateOptions,
  configuration: Configuration,
): Promise<Device | ExitCode> {
  try {
    return await openDevice(options, {
      tolerant: true,
      configuration,
      byType: plainSystem || !namesRoot(options),
    });
  } catch (error) {
    const { config, readOnly } = configuration;
    if (readOnly !== null) throw new HoldfastError("badConfig", readOnly.text, { cause: error });
    if (plainSystem && config.slot.length === 0 && isBooting(options)) {
      const { planPlainSystem } = await import("./plain-system.ts");
      if (await planPlainSystem(options)) return ExitCode.done;
    }
    if (!menu || config.slot.length > 0) throw error;
    tell(messageOf(error));
    return askForMenu(options, { code: "store-unreadable", text: messageOf(error) });
  }
}

/** Whether the kernel command line names a root: then an initramfs generator mounts what only its type tells. */
function namesRoot({ root }: GlobalOptions): boolean {
  const words = parseCommandLine(readCommandLine(root));
  return ["root", "mount.usr", "usrhash", "roothash"].some((word) => words.has(word));
}
