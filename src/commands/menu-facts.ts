import { messageOf } from "../domain/errors.ts";
import { isMenuReasonCode, menuReason } from "../domain/menu-reason.ts";
import type { Reason } from "../domain/plan.ts";
import { type DeviceStatus, withoutSlots } from "../domain/status.ts";
import { printError } from "../linux/output.ts";
import { isBooting, openBootState } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import { type Device, openDevice } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { readMenuReason } from "./plan-file.ts";

/** The device and its first status; without a device there is still a menu that says why. */
export interface Facts {
  readonly device: Device | null;
  readonly status: DeviceStatus;
  readonly failure: Reason | null;
}

/** Opens the device, with /state where this is a boot. Never throws: a menu without slots says what is wrong. */
export async function gather(options: GlobalOptions): Promise<Facts> {
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

/** Why the menu is shown: what the gate left, else the code on the command line. */
export function reasonFor(options: GlobalOptions, code: string | undefined, key: string): Reason | null {
  try {
    const left = readMenuReason(runDirOf(options));
    if (left !== null) return left;
  } catch {
    // A damaged menu.json says nothing; the code on the command line still does.
  }
  return code !== undefined && isMenuReasonCode(code) ? menuReason(code, key) : null;
}

/** A fallback counts as told from when it is on a console. */
export async function rememberTold({ device }: Facts, reason: Reason | null): Promise<void> {
  if (device === null || reason?.code !== "fallback") return;
  const { fallback } = await device.decide();
  if (fallback !== null) await device.rememberTold(fallback.from, reason);
}

/** A person chose: what was asked of this start is done. Where it cannot be cleared, the next start asks again. */
export async function answered({ device }: Facts, log: (line: string) => void): Promise<void> {
  try {
    await device?.requests.clear();
  } catch (error) {
    log(`the request of this start could not be cleared: ${messageOf(error)}`);
  }
}

/** What was found amiss after the menu was opened; the supervisor shows it on every console. */
export function tellProblems({ device, status }: Facts): void {
  const problems = device?.problems() ?? [];
  for (const problem of problems.filter((each) => !status.problems.includes(each))) {
    printError(`holdfast: ${problem}\n`);
  }
}
