import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { KEPT_LOCALES, trimIcu } from "./icu.ts";
import { CACHE } from "./paths.ts";
import type { Target } from "./target.ts";

/** Raised when this recipe changes, so that older results in the cache are not taken. */
const RECIPE = 2;

/**
 * The Node binary without symbols and without unused locales, from the cache where possible. Strip comes
 * before injection: stripping a single executable application afterwards breaks it.
 */
export function nodeBase(target: Target): string {
  const unstripped = readFileSync(target.node);
  const key = createHash("sha256")
    .update(`${RECIPE} ${KEPT_LOCALES.join(" ")} `)
    .update(unstripped)
    .digest("hex")
    .slice(0, 16);
  const base = join(CACHE, `node-base-${key}`);
  if (!existsSync(base)) makeBase(target, base);
  return base;
}

function makeBase(target: Target, base: string): void {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, "node-base."));
  try {
    const made = join(work, "node");
    strip(target, made);
    const stripped = readFileSync(made);
    trimIcu(stripped);
    writeFileSync(made, stripped);
    renameSync(made, base);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes a target's Node without its symbols. */
export function strip({ strip: { program, env }, node }: Target, output: string): void {
  try {
    execFileSync(program, ["-o", output, node], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    throw new HoldfastError("system", `${program} could not read ${node}`, {
      next: "Install binutils (sh src/build/setup.sh test does).",
      cause: error,
    });
  }
}
