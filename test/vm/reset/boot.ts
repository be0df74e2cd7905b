import type { ResetRequest } from "../../../src/domain/reset.ts";
import { checkFileSystem } from "../../../src/state/filesystem.ts";
import { type Resumed, resumeReset } from "../../../src/state/reset/resume.ts";
import { isMounted, mountState, placeOn, STATE, scenario, shell } from "./machine.ts";

/**
 * As supervisor and gate have it: a record goes first, found by the probe itself; then what was asked for.
 * `clearRequest` takes the request back where it was left.
 */
export async function boot(
  disk: string,
  request: ResetRequest | null,
  clearRequest: () => Promise<void> = async () => {},
): Promise<Resumed[]> {
  const device = `${disk}2`;
  const results: Resumed[] = [];
  const resume = async (wish: ResetRequest | null) => {
    const config = {
      root_fstype: scenario.fstype,
      overwrite: false,
      grace: scenario.grace,
      systemd: "auto",
    } as const;
    const options = { config, root: "/", request: wish, clearRequest, tell: () => {} };
    results.push(await resumeReset(placeOn(disk), options));
    return results.at(-1)?.usable ?? false;
  };
  if (shell(`. /lab/probe; holdfast_reset_record ${device}`) === 0 && !(await resume(null))) return results;
  if (scenario.role === "root") {
    if (request !== null) await resume(request);
    return results;
  }
  await checkFileSystem(scenario.fstype, device, { thorough: false });
  mountState(device);
  await resume(request);
  if (!isMounted(STATE)) mountState(device);
  return results;
}
