import { readFileSync } from "node:fs";

/** The panel that is measured. */
export const [WIDTH, HEIGHT] = [1080, 2340];

/** Peak of the resident memory of this process, in MB (VmHWM of /proc/self/status). */
export function peakMegabytes(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}
