import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import { print } from "../linux/output.ts";
import { type Device, openDevice } from "./device.ts";
import { keepingOf } from "./keeping.ts";
import { keptSystems } from "./kept-systems.ts";
import type { GlobalOptions } from "./options.ts";
import { slotGroup } from "./slot-systems.ts";
import { reportProblems } from "./status.ts";
import { statusJson } from "./status-json.ts";
import { statusTable } from "./status-table.ts";
import { systemsTable } from "./systems-table.ts";

/**
 * Prints the slots, where there are any, and every system of the other families. As JSON: `status`, which is that
 * of `status --json` or null without slots, and `systems`, the groups with their systems.
 */
export async function statusOfAll(options: GlobalOptions, json: boolean): Promise<ExitCode> {
  const { device, why } = await slotsOf(options);
  const found = (await device?.status()) ?? null;
  const keeping = keepingOf(options);
  const others = await keptSystems(options, device);
  const own = device === null ? [] : [await slotGroup(options, device)];
  const systems = { ...others, groups: [...own, ...others.groups] };
  const flag = device?.developerFlag().flag ?? null;
  if (json) {
    const status = found === null ? null : statusJson(found, keeping, flag);
    print(`${JSON.stringify({ version: 1, status, systems: systems.groups }, null, 2)}\n`);
  } else {
    const slots = found === null ? `There are no slots: ${why}.\n` : statusTable(found, keeping);
    print(`${slots}\n${systemsTable(systems)}`);
  }
  reportProblems([...(found?.problems ?? []), ...systems.problems]);
  return ExitCode.done;
}

/** The device; null, with the reason, where its disks show no slots. */
async function slotsOf(options: GlobalOptions): Promise<{ device: Device | null; why: string }> {
  try {
    return { device: await openDevice(options), why: "" };
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.kind !== "noDevice") throw error;
    return { device: null, why: messageOf(error) };
  }
}
