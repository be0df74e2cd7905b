import { execFileSync } from "node:child_process";
import type { Figure } from "./figure.ts";

/** What some bytes take in an archive, beside what they take in memory. */
export function packed(what: string, bytes: Buffer): Figure {
  const small = execFileSync("zstd", ["-q", "-19", "-T2", "-c"], { input: bytes, maxBuffer: 1 << 29 });
  return {
    what,
    value: small.length / 1e6,
    unit: "MB",
    reference: { what: "in memory", value: bytes.length / 1e6 },
    promise: "",
  };
}
