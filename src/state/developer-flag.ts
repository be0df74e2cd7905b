import { lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { DEVELOPER_FEATURES, DEVELOPER_POLICIES, type DeveloperPolicy } from "../domain/developer.ts";
import { type DeveloperFlag, type FoundFlag, type JudgedFlag, judgeFlag } from "../domain/developer-flag.ts";
import { codeOf, HoldfastError, whyUnreadable } from "../domain/errors.ts";
import { ENCRYPTED_DIR, HISTORY_DIR } from "../domain/state-layout.ts";
import { writeDurably } from "../linux/durable.ts";
import { readReceipt } from "./receipt.ts";

/** Below .holdfast of the state partition, or of its encrypted part. */
export const FLAG_FILE = "developer.json";

const flagFile = () =>
  z.strictObject({
    version: z.literal(1),
    features: z.array(z.enum(DEVELOPER_FEATURES)).check(z.minLength(1)),
    ephemeral: z.boolean(),
    policy: z.enum(DEVELOPER_POLICIES),
    reset: z.nullable(z.string()),
  });

/** The places where a flag may lie, the encrypted one first. */
function placesOf(state: string): { path: string; encrypted: boolean }[] {
  return [
    { path: join(state, ENCRYPTED_DIR, HISTORY_DIR, FLAG_FILE), encrypted: true },
    { path: join(state, HISTORY_DIR, FLAG_FILE), encrypted: false },
  ];
}

/** What is believed about developer mode on the state partition mounted at `state`; never throws. */
export function readDeveloperFlag(state: string, policy: DeveloperPolicy): JudgedFlag {
  const found = placesOf(state).flatMap(({ path, encrypted }) => findFlag(path, encrypted) ?? []);
  if (found.length === 0) return { flag: null, problems: [] };
  return judgeFlag(found, policy, readReceipt(state)?.id ?? null);
}

function findFlag(path: string, encrypted: boolean): FoundFlag | null {
  try {
    const suspicion = suspicionOf(path);
    return { path, encrypted, suspicion, flag: suspicion === null ? parseFlag(path) : null };
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
    return { path, encrypted, suspicion: `it cannot be read, ${whyUnreadable(error)}`, flag: null };
  }
}

const WRITABLE_BY_OTHERS = 0o022;
/** A flag has a few hundred bytes. */
const MAX_BYTES = 4096;

/** Whether somebody else than root may have written it, as the end of a sentence. */
function suspicionOf(path: string): string | null {
  const found = lstatSync(path);
  if (!found.isFile()) return "it is no regular file";
  if (found.uid !== 0) return `it belongs to user ${found.uid}, not to root`;
  if ((found.mode & WRITABLE_BY_OTHERS) !== 0) return "others than root may write to it";
  if (found.size > MAX_BYTES) return `it has ${found.size} bytes`;
  return null;
}

function parseFlag(path: string): DeveloperFlag | null {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
  const result = z.safeParse(flagFile(), value);
  if (!result.success) return null;
  const { version: _, ...flag } = result.data;
  return flag;
}

/** The text of developer.json for a flag; a reset carries it over to the fresh state partition. */
export function flagText(flag: DeveloperFlag): string {
  return `${JSON.stringify({ version: 1, ...flag }, null, 2)}\n`;
}

/**
 * Writes the flag, inside the encrypted volume where its policy wants it there, and reads it back.
 * @throws HoldfastError `notReadBack` when it is not believed afterwards.
 */
export async function writeDeveloperFlag(state: string, flag: DeveloperFlag): Promise<void> {
  const folder = flag.policy === "secret" ? join(state, ENCRYPTED_DIR) : state;
  await writeDurably(join(folder, HISTORY_DIR, FLAG_FILE), flagText(flag));
  const { problems, flag: read } = readDeveloperFlag(state, flag.policy);
  if (read === null) throw new HoldfastError("notReadBack", problems.join(" ") || "The flag is not there.");
}

/** Turns developer mode off: takes every flag away, those that are not believed too. */
export async function removeDeveloperFlag(state: string): Promise<void> {
  for (const { path } of placesOf(state)) rmSync(path, { force: true });
}
