import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import type { Plan } from "../domain/plan.ts";
import { STATE } from "../domain/state-layout.ts";
import { isInitramfs } from "../linux/mount-table.ts";
import { configurationFor } from "./configuration.ts";
import type { GlobalOptions } from "./options.ts";

type ShutDown = Exclude<Plan, { action: "switch-root" }>;

/**
 * Restarts or powers off; does not return when it succeeds. A restart that leads elsewhere leaves its wish
 * first, and is refused where the device has no way there.
 */
export async function shutDown(options: GlobalOptions, plan: ShutDown): Promise<void> {
  if (!isInitramfs()) {
    throw new HoldfastError("refused", "This system runs already; only its own init may shut it down.", {
      next: "Use the system's own reboot or poweroff command.",
    });
  }
  const word = plan.action === "reboot" ? await wordFor(options, plan.target) : null;
  const { reboot, RebootCommand, rebootWith, sync } = await import("../linux/syscalls.ts");
  const { closeState } = await import("../state/open.ts");
  sync();
  try {
    await closeState(join(options.root, STATE));
  } catch {
    // Not mounted or still in use: it is synced, and a journal brings the rest.
  }
  sync();
  if (word !== null) rebootWith(word);
  else reboot(plan.action === "reboot" ? RebootCommand.restart : RebootCommand.powerOff);
}

async function wordFor(options: GlobalOptions, target: Extract<ShutDown, { action: "reboot" }>["target"]) {
  if (target === "system") return null;
  const { config, commandLine } = configurationFor(options, { tolerant: true });
  const { prepareRestart } = await import("./restarts.ts");
  return prepareRestart({ root: options.root, config, commandLine }, target);
}
