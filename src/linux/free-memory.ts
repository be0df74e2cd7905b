import { readFileSync } from "node:fs";

/** Bytes that programs can get without any being killed (MemAvailable); null where the kernel does not say. */
export function freeMemory(meminfo = "/proc/meminfo"): number | null {
  let text: string;
  try {
    text = readFileSync(meminfo, "utf8");
  } catch {
    return null;
  }
  const found = /^MemAvailable: +(\d+) kB$/m.exec(text)?.[1];
  return found === undefined ? null : Number(found) * 1024;
}
