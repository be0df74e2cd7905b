import packageJson from "../../package.json" with { type: "json" };
import type { Config } from "../config/schema.ts";
import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import { isMenuReasonCode, unknownReason } from "../domain/menu-reason.ts";
import type { Reason } from "../domain/plan.ts";
import { kernelRelease } from "../linux/kernel.ts";
import { quietKernelLog } from "../linux/kernel-log.ts";
import { feedWatchdogs } from "../linux/watchdog.ts";
import { giveUpLooks } from "../roots/look-turns.ts";
import type { Console } from "../session/console.ts";
import { Session } from "../session/session.ts";
import { historyDirOf } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import { consoleTrust } from "./console-trust.ts";
import { giveBack } from "./give-back.ts";
import { openConsoles } from "./menu-consoles.ts";
import { displayFor } from "./menu-display.ts";
import { answered, type Facts, gather, reasonFor, rememberTold, tellProblems } from "./menu-facts.ts";
import { watchGauges } from "./menu-gauges.ts";
import { openMenuLog } from "./menu-log.ts";
import { settle } from "./menu-plan.ts";
import { menuServices } from "./menu-services.ts";
import { type MenuUsb, menuUsb } from "./menu-usb.ts";
import type { GlobalOptions } from "./options.ts";

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
  let later: Promise<void> | null = null;
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
    const reason = facts.failure ?? asked?.reason ?? reasonFor(options, menuOptions.reason, config.menu.key);
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
      gauges?.tell();
      for (const console of consoles) session.attach(console);
      const { opened, openLater } = await opening;
      if (opened === 0) throw noConsole(leftOut);
      later ??= openLater(over.signal);
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
    await giveUpLooks();
    clearInterval(alive);
    gauges?.close();
    over.abort();
    await opening.catch(() => null);
    await later;
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
