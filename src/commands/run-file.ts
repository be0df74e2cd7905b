import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod/mini";
import { DEVELOPER_FEATURES } from "../domain/developer.ts";
import { codeOf, HoldfastError, messageOf, whyUnreadable } from "../domain/errors.ts";
import type { ReasonCode } from "../domain/plan.ts";

/** A reason as it stands in the files of /run/holdfast. */
export const reasonSchema = () =>
  z.object({ code: z.custom<ReasonCode>((code) => typeof code === "string"), text: z.string() });

/** What is laid over the image, as it stands in plan.json and boot.json. */
export const layersSchema = () =>
  z.object({
    image: z.nullable(z.string()),
    developer: z.nullable(
      z.object({ features: z.array(z.enum(DEVELOPER_FEATURES)), ephemeral: z.boolean() }),
    ),
    safe: z.boolean(),
  });

/**
 * Writes a file of /run/holdfast under its name only when it is complete. It lives in memory: no sync.
 * @throws HoldfastError `system` when there is no room, or it may not be written.
 */
export function writeRunFile(file: string, text: string): void {
  const sibling = `${file}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(sibling, text);
    renameSync(sibling, file);
  } catch (error) {
    rmSync(sibling, { force: true });
    const next = codeOf(error) === "EACCES" ? { next: "Run it as root." } : {};
    throw new HoldfastError("system", `${file} cannot be written: ${whyUnreadable(error)}.`, {
      ...next,
      cause: error,
    });
  }
}

export function writeRunJson(file: string, value: unknown): void {
  writeRunFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads and checks a JSON file of /run/holdfast; null when there is none. An ordinary boot finds none of
 * them: `schema` makes what a file is checked with only when there is one.
 * @throws HoldfastError `system` when it is not what Holdfast writes.
 */
export function readRunJson<T>(file: string, schema: () => z.ZodMiniType<T>): T | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new HoldfastError("system", `${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  try {
    return z.parse(schema(), JSON.parse(text));
  } catch (error) {
    throw new HoldfastError("system", `${file} is not a file that Holdfast wrote.`, { cause: error });
  }
}
