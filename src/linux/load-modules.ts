import { runScript } from "./script.ts";

const LOAD_MS = 10_000;

/** Asks modprobe for kernel modules. What is not there may be built in, or is missed by the one who uses it. */
export async function loadModules(names: readonly string[]): Promise<void> {
  try {
    await runScript("modprobe", ["-a", ...names], { timeoutMs: LOAD_MS, env: {}, talkative: true });
  } catch {
    // No modprobe: a kernel without modules has none.
  }
}
