import packageJson from "../../package.json" with { type: "json" };
import type { Config } from "../config/schema.ts";
import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import { isMenuReasonCode, menuReason, unknownReason } from "../domain/menu-reason.ts";
import type { Plan, Reason } from "../domain/plan.ts";
import { type DeviceStatus, withoutSlots } from "../domain/status.ts";
import { kernelRelease } from "../linux/kernel.ts";
import { quietKernelLog } from "../linux/kernel-log.ts";
import { printError } from "../linux/output.ts";
import { feedWatchdogs } from "../linux/watchdog.ts";
import { looksEnded } from "../roots/look-turns.ts";
import type { Console } from "../session/console.ts";
import { type Finished, Session } from "../session/session.ts";
import { historyDirOf, isBooting, openBootState } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import { consoleTrust } from "./console-trust.ts";
import { type Device, openDevice } from "./device.ts";
import { giveBack } from "./give-back.ts";
import { openConsoles } from "./menu-consoles.ts";
import { displayFor } from "./menu-display.ts";
import { watchGauges } from "./menu-gauges.ts";
import { openMenuLog } from "./menu-log.ts";
import { menuServices } from "./menu-services.ts";
import { type MenuUsb, menuUsb } from "./menu-usb.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { makePlan, readMenuReason } from "./plan-file.ts";

export interface MenuOptions {
  /** Code of the reason to show; menu.json of the gate says more and comes first. */
  readonly reason?: string;
}

/**
 * Shows the menu on the panel and on every serial console until a person (or a countdown) chose, and leaves
 * the plan for `holdfast enter`. Exit 0 with a plan; anything else and the supervisor goes on by itself.
 */
export async function menu(options: GlobalOptions, menuOptions: MenuOptions): Promise<ExitCode> {
  const { reason: code } = menuOptions;
  if (code !== undefined && !isMenuReasonCode(code)) throw unknownReason(code);
  const log = openMenuLog(options);
  const { config, commandLine, readOnly } = configurationFor(options, { tolerant: true });
  const consoles: Console[] = [];
  const leftOut: string[] = [];
  let missed: string | null = null;
  let session: Session | null = null;
  const usb = menuUsb(options, config, log);
  const over = new AbortController();
  const opening = openConsoles(
    {
      config,
      commandLine,
      gadgetLine: config.console.gadget && usb !== null ? () => usb.openConsole() : null,
      log,
      onIntent: (intent, from) => {
        // Not even how long a secret is.
        if (intent.kind !== "type" && intent.kind !== "erase") log(`${from}: ${intent.kind}`);
        session?.dispatch(intent, from);
      },
      onLeftOut: (name, error) => {
        const what = `${name} is left out: ${messageOf(error)}`;
        log(what);
        leftOut.push(what);
        // Where there is no screen nobody misses it.
        if (name === "panel" && !(error instanceof HoldfastError && error.kind === "noDevice")) missed = what;
      },
    },
    (console) => {
      consoles.push(console);
      log(`${console.name} is open`);
      session?.attach(console);
    },
    over.signal,
  );
  // The panel does it for itself; terminals need it too where there is no panel.
  const kernelLog = options.root === "/" ? quietKernelLog() : null;
  const gauges = options.root === "/" ? watchGauges(() => session) : null;
  const watchdogs = options.root === "/" ? feedWatchdogs(config.menu.watchdog, log) : null;
  // Consoles that are all gone for a moment must not end the wait for a person.
  const alive = setInterval(() => {}, 60_000);
  try {
    const facts = await gather(options);
    const asked = (await facts.device?.requests.waiting()) ?? null;
    const reason = facts.failure ?? asked?.reason ?? reasonFor(options, menuOptions, config.menu.key);
    let failure: string | null = null;
    for (;;) {
      session = openSession({
        options,
        config,
        commandLine,
        readOnly,
        facts,
        usb,
        reason,
        failure,
        countdownSeconds: config.menu.fallback_countdown_s,
        log,
      });
      for (const console of consoles) session.attach(console);
      if ((await opening) === 0) throw noConsole(leftOut);
      if (missed !== null) session.tell(missed);
      await rememberTold(facts, reason);
      const finished = await session.finished;
      failure = await settle(options, facts, finished, reason);
      if (failure === null) {
        if (finished.from !== null) await answered(facts, log);
        tellProblems(facts);
        return ExitCode.done;
      }
      log(failure);
      // The menu would wait for ever where nobody is; the supervisor has other ways to go on.
      if (finished.from === null) throw new HoldfastError("system", failure);
    }
  } finally {
    clearInterval(alive);
    gauges?.();
    over.abort();
    await opening.catch(() => 0);
    await Promise.all(consoles.map((console) => giveBack(console, log)));
    await usb?.close();
    kernelLog?.release();
    watchdogs?.close();
  }
}

function noConsole(leftOut: readonly string[]): HoldfastError {
  const why = ["The menu found no console to show itself on.", ...leftOut].join(" ");
  return new HoldfastError("noDevice", why);
}

/** What was found amiss after the menu was opened; the supervisor shows it on every console. */
function tellProblems({ device, status }: Facts): void {
  const problems = device?.problems() ?? [];
  for (const problem of problems.filter((each) => !status.problems.includes(each))) {
    printError(`holdfast: ${problem}\n`);
  }
}

/** A fallback counts as told from when it is on a console. */
async function rememberTold({ device }: Facts, reason: Reason | null): Promise<void> {
  if (device === null || reason?.code !== "fallback") return;
  const { fallback } = await device.decide();
  if (fallback !== null) await device.rememberTold(fallback.from, reason);
}

/** A person chose: what was asked of this start is done. Where it cannot be cleared, the next start asks again. */
async function answered({ device }: Facts, log: (line: string) => void): Promise<void> {
  try {
    await device?.requests.clear();
  } catch (error) {
    log(`the request of this start could not be cleared: ${messageOf(error)}`);
  }
}

/** The device and its first status; without a device there is still a menu that says why. */
interface Facts {
  readonly device: Device | null;
  readonly status: DeviceStatus;
  readonly failure: Reason | null;
}

async function gather(options: GlobalOptions): Promise<Facts> {
  try {
    // History, and with some schemes the slots' state, are on it. The gate did it where no key was held.
    await openBootState(options, configurationFor(options, { tolerant: true }));
    const device = await openDevice(options, { tolerant: true });
    if (isBooting(options)) await device.noteCrash();
    return { device, status: await device.status(), failure: device.readOnly };
  } catch (error) {
    const failure: Reason = { code: "store-unreadable", text: messageOf(error) };
    return { device: null, status: withoutSlots(failure, [failure.text]), failure };
  }
}

function reasonFor(options: GlobalOptions, { reason }: MenuOptions, key: string): Reason | null {
  try {
    const left = readMenuReason(runDirOf(options));
    if (left !== null) return left;
  } catch {
    // A damaged menu.json says nothing; the code on the command line still does.
  }
  return reason !== undefined && isMenuReasonCode(reason) ? menuReason(reason, key) : null;
}

/** A menu, the first or one after a choice that failed. It counts down as the first did: nobody may be there. */
function openSession({
  options,
  config,
  commandLine,
  readOnly,
  facts,
  usb,
  ...rest
}: {
  readonly options: GlobalOptions;
  readonly config: Config;
  readonly commandLine: string;
  /** The bad configuration, behind which nothing is written; null for a good one. */
  readonly readOnly: Reason | null;
  readonly facts: Facts;
  readonly usb: MenuUsb | null;
  readonly reason: Reason | null;
  /** Why the last choice failed; null for the first menu. */
  readonly failure: string | null;
  readonly countdownSeconds: number;
  log(line: string): void;
}): Session {
  return new Session({
    ...rest,
    status: facts.status,
    footer: `Holdfast ${packageJson.version} · Linux ${kernelRelease()}`,
    display: displayFor(config, commandLine, historyDirOf(options)),
    services: menuServices(options, facts.device, { commandLine, readOnly, usb }),
    trust: consoleTrust(config, readOnly),
    powerOffAfter: config.menu.power_off_after_s,
    canStartSafely: true,
  });
}

/** Writes the plan of what was chosen; why that failed, with nothing entered, or null. */
async function settle(
  options: GlobalOptions,
  facts: Facts,
  finished: Finished,
  reason: Reason | null,
): Promise<string | null> {
  try {
    await looksEnded();
    await makePlan(runDirOf(options), (keep) => planOf(options, facts, finished, reason, keep));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Why a menu switches the device off by itself. */
const POWER_OFF: Readonly<Record<"battery-empty" | "nobody-there", Reason>> = {
  "battery-empty": { code: "battery-empty", text: "The battery is empty." },
  "nobody-there": { code: "nobody-there", text: "Nobody did anything in the menu for long." },
};

async function planOf(
  options: GlobalOptions,
  { device, status }: Facts,
  { outcome, from }: Finished,
  reason: Reason | null,
  keep: (plan: Plan) => void,
): Promise<Plan> {
  const chosen: Reason = { code: "chosen", text: "Chosen in the menu." };
  if (outcome.kind === "power-off") {
    const { because } = outcome;
    return { action: "power-off", reason: because === undefined ? chosen : POWER_OFF[because] };
  }
  if (outcome.kind === "unattended") throw new HoldfastError("nothingBootable", "Nobody chose in the menu.");
  if (outcome.kind === "reboot") {
    return { action: "reboot", slot: outcome.slot, target: outcome.target, reason: chosen };
  }
  if (outcome.kind === "enter-system") {
    const { planForSystem } = await import("./kept-systems.ts");
    const reason: Reason = { code: "chosen", text: `${outcome.title} was chosen in the menu.` };
    return planForSystem(options, device, outcome.system, { reason, console: from });
  }
  if (device === null) throw new HoldfastError("noDevice", status.next.reason.text);
  // A fallback that a person let go on stays one: the running system is to know that a slot failed.
  if (reason?.code === "fallback" && outcome.slot === status.next.slot && outcome.safe !== true) {
    return device.planFor(outcome.slot, reason, { keep, console: from });
  }
  // What nobody chose starts for the reason that it would have had without a menu.
  if (from === null && outcome.slot === status.next.slot) {
    return device.planFor(outcome.slot, status.next.reason, { keep, console: from });
  }
  const label = status.slots.find((slot) => slot.id === outcome.slot)?.label ?? outcome.slot;
  return device.planFor(
    outcome.slot,
    { code: "chosen", text: `${label} was chosen in the menu.` },
    { keep, console: from, safe: outcome.safe ?? false },
  );
}
