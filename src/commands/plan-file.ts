import { rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Plan, Reason } from "../domain/plan.ts";
import { RESTART_TARGETS } from "../domain/restart.ts";
import { mountStepSchema, verityFields } from "./mount-step-schema.ts";
import { layersSchema, readRunJson, reasonSchema, writeRunFile, writeRunJson } from "./run-file.ts";

const count = () => z.nullable(z.int());

const veritySchema = () => z.nullable(verityFields());

const imageFields = () => ({
  device: z.string(),
  fstype: z.string(),
  options: z.string(),
  verity: veritySchema(),
});

const rootSchema = () =>
  z.object({ ...imageFields(), init: z.string(), usr: z.nullable(z.object(imageFields())) });

const planSchema = () =>
  z.discriminatedUnion("action", [
    z.object({
      action: z.literal("switch-root"),
      slot: z.string(),
      identity: z.nullable(z.string()),
      root: rootSchema(),
      counters: z.object({ priority: count(), triesLeft: count(), triesDone: count() }),
      layers: layersSchema(),
      reason: reasonSchema(),
    }),
    z.object({
      action: z.literal("system"),
      slot: z.string(),
      steps: z.array(mountStepSchema()),
      init: z.string(),
      reason: reasonSchema(),
    }),
    z.object({
      action: z.literal("hand-over"),
      slot: z.string(),
      apkovl: z.string(),
      reason: reasonSchema(),
    }),
    z.object({
      action: z.literal("kexec"),
      slot: z.string(),
      kernel: z.object({
        device: z.string(),
        fstype: z.string(),
        mountOptions: z.exactOptional(z.string()),
        verity: veritySchema(),
        isUsr: z.boolean(),
        linux: z.string(),
        initrds: z.array(z.string()),
        options: z.string(),
      }),
      commandLine: z.string(),
      reason: reasonSchema(),
    }),
    z.object({
      action: z.literal("reboot"),
      slot: z.nullable(z.string()),
      target: z.enum(RESTART_TARGETS),
      reason: reasonSchema(),
    }),
    z.object({ action: z.literal("power-off"), reason: reasonSchema() }),
  ]);

/** plan.json: what `holdfast enter` carries out. */
const planFile = () => z.object({ version: z.literal(1), plan: planSchema() });
/** menu.json: why the menu is shown. */
const menuFile = () => z.object({ version: z.literal(1), reason: reasonSchema() });

/** Quotes a value for a POSIX shell. */
export function shellQuote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** handoff.env: the plan for shell scripts, every value quoted; empty where the action has none. */
export function handoffEnv(plan: Plan): string {
  const root = plan.action === "switch-root" ? plan.root : null;
  const values = {
    // However its root was made: it is on /sysroot, and is switched to.
    HOLDFAST_ACTION: plan.action === "system" ? "switch-root" : plan.action,
    HOLDFAST_TARGET: plan.action === "reboot" ? plan.target : "",
    HOLDFAST_SLOT: plan.action === "power-off" ? "" : (plan.slot ?? ""),
    HOLDFAST_ROOT_DEVICE: root?.device ?? "",
    HOLDFAST_ROOT_FSTYPE: root?.fstype ?? "",
    HOLDFAST_ROOT_OPTIONS: root?.options ?? "",
    HOLDFAST_INIT: plan.action === "system" ? plan.init : (root?.init ?? ""),
    HOLDFAST_APKOVL: plan.action === "hand-over" ? plan.apkovl : "",
    HOLDFAST_REASON_CODE: plan.reason.code,
    HOLDFAST_REASON: plan.reason.text,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${shellQuote(value)}\n`)
    .join("");
}

const PLAN_FILES = ["handoff.env", "plan.json"] as const;

/** Writes plan.json and handoff.env into `runDir`. */
export function writePlan(runDir: string, plan: Plan): void {
  writeRunFile(join(runDir, "handoff.env"), handoffEnv(plan));
  writeRunJson(join(runDir, "plan.json"), { version: 1, plan });
}

/**
 * Writes the plan that `make` answers. What `make` keeps is written at once: without room for it, what follows in
 * `make` does not happen. When `make` fails, no plan stays.
 */
export async function makePlan(
  runDir: string,
  make: (keep: (plan: Plan) => void) => Promise<Plan>,
): Promise<Plan> {
  let isKept = false;
  try {
    const plan = await make((early) => {
      writePlan(runDir, early);
      isKept = true;
    });
    try {
      writePlan(runDir, plan);
    } catch (error) {
      // The plan that was kept leads to the same slot; only its counters are those of before.
      if (!isKept) throw error;
    }
    return plan;
  } catch (error) {
    for (const name of PLAN_FILES) rmSync(join(runDir, name), { force: true });
    throw error;
  }
}

/** The plan that gate or menu wrote; null when there is none. */
export function readPlan(runDir: string): Plan | null {
  return readRunJson(join(runDir, "plan.json"), planFile)?.plan ?? null;
}

/** Leaves the reason for the menu that is started next. */
export function writeMenuReason(runDir: string, reason: Reason): void {
  writeRunJson(join(runDir, "menu.json"), { version: 1, reason });
}

/** The reason that gate left for the menu; null when there is none. */
export function readMenuReason(runDir: string): Reason | null {
  return readRunJson(join(runDir, "menu.json"), menuFile)?.reason ?? null;
}
