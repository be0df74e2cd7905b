import type { Plan } from "../domain/plan.ts";
import { configurationFor } from "./configuration.ts";
import { flushDisks, refuseRunningSystem } from "./end-system.ts";
import type { GlobalOptions } from "./options.ts";

type ShutDown = Extract<Plan, { action: "reboot" | "power-off" }>;

/**
 * Restarts or powers off; does not return when it succeeds. A restart that leads elsewhere leaves its wish
 * first, and is refused where the device has no way there.
 */
export async function shutDown(options: GlobalOptions, plan: ShutDown): Promise<void> {
  refuseRunningSystem();
  const word = plan.action === "reboot" ? await wordFor(options, plan.target) : null;
  await flushDisks(options);
  const { reboot, RebootCommand, rebootWith } = await import("../linux/syscalls.ts");
  if (word !== null) rebootWith(word);
  else reboot(plan.action === "reboot" ? RebootCommand.restart : RebootCommand.powerOff);
}

async function wordFor(options: GlobalOptions, target: Extract<ShutDown, { action: "reboot" }>["target"]) {
  if (target === "system") return null;
  const { config, commandLine } = configurationFor(options, { tolerant: true });
  const { prepareRestart } = await import("./restarts.ts");
  return prepareRestart({ root: options.root, config, commandLine }, target);
}
