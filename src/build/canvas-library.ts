import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutHole } from "./elf-hole.ts";
import { KEPT_LOCALES, trimIcu } from "./icu.ts";
import { CACHE } from "./paths.ts";
import type { Target } from "./target.ts";

/** Raised when this recipe changes, so that older results in the cache are not taken. */
const RECIPE = 1;

/** The canvas library without the ICU data that Holdfast has no use for, from the cache where possible. */
export function canvasLibrary({ canvas }: Target): string {
  const bytes = readFileSync(canvas);
  const hash = createHash("sha256")
    .update(`${RECIPE} ${KEPT_LOCALES.join(" ")} `)
    .update(bytes);
  const library = join(CACHE, `canvas-${hash.digest("hex").slice(0, 16)}.node`);
  if (existsSync(library)) return library;
  mkdirSync(CACHE, { recursive: true });
  trimIcu(bytes);
  const unfinished = `${library}.${process.pid}`;
  writeFileSync(unfinished, withoutHole(bytes));
  renameSync(unfinished, library);
  return library;
}
