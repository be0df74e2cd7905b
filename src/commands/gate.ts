import { ExitCode, HoldfastError } from "../domain/errors.ts";
import { isMenuReasonCode, menuReason, unknownReason } from "../domain/menu-reason.ts";
import type { Reason } from "../domain/plan.ts";
import { configurationFor } from "./configuration.ts";
import { askForMenu } from "./gate-answer.ts";
import type { GlobalOptions } from "./options.ts";
import { report } from "./report.ts";

export interface GateOptions {
  /** Code of the reason that the probe found to show the menu. */
  readonly menuReason?: string;
  /** Whether what was decided is carried out at once, as by `enter`: one start of Node less in every boot. */
  readonly enter?: boolean;
  /**
   * Whether the only default of another family is entered where there are no slots; elsewhere the initramfs
   * generator knows how.
   */
  readonly plainSystem?: boolean;
  /** False when the menu died or may not be shown: decide for the ordinary boot, whatever the reason. */
  readonly menu: boolean;
  /** False when a reset was tried in this boot: whatever waits still is for the next start. */
  readonly reset: boolean;
}

/**
 * Decides what an ordinary boot does. Exit 0: one try is counted where Holdfast counts, plan.json and
 * handoff.env are written. Exit 10: the menu is to be shown, menu.json says why, nothing was counted. Exit 11: a
 * reset waits. Exit 3: there is nothing to enter. Exit 12: the slot could not be entered, and the next decision
 * leaves it out. Anything else: no decision could be made, and a slot may still be tried.
 */
export async function gate(options: GlobalOptions, gateOptions: GateOptions): Promise<ExitCode> {
  const answer = await decide(options, gateOptions);
  return answer === ExitCode.done && gateOptions.enter === true ? enterDecided(options) : answer;
}

async function decide(options: GlobalOptions, gateOptions: GateOptions): Promise<ExitCode> {
  const configuration = configurationFor(options, { tolerant: true });
  if (gateOptions.menu && gateOptions.menuReason !== undefined) {
    const { config, readOnly } = configuration;
    return askForMenu(options, readOnly ?? requestedReason(gateOptions.menuReason, config.menu.key));
  }
  // A held key is answered before the device is looked at, and does not wait for the code that does so.
  const { ordinaryBoot } = await import("./ordinary-boot.ts");
  return ordinaryBoot(options, gateOptions, configuration);
}

async function enterDecided(options: GlobalOptions): Promise<ExitCode> {
  const { enter } = await import("./enter.ts");
  try {
    return await enter(options);
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.kind !== "slotFailed") throw error;
    report(error, options.logLevel);
    return ExitCode.again;
  }
}

function requestedReason(code: string, key: string): Reason {
  if (isMenuReasonCode(code)) return menuReason(code, key);
  throw unknownReason(code);
}
