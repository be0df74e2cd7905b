import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import type { Extension, LeftOut } from "../domain/extensions.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { writeDurably } from "../linux/durable.ts";

const leftOutFile = () =>
  z.object({ version: z.literal(1), sysext: z.array(z.string()), confext: z.array(z.string()) });

const NONE: LeftOut = { sysext: [], confext: [] };

function fileIn(state: string): string {
  return join(state, HISTORY_DIR, "extensions.json");
}

/** What is left out on the state partition mounted at `state`; a file that is broken leaves nothing out. */
export function readLeftOut(state: string | null): LeftOut {
  if (state === null) return NONE;
  try {
    const { version: _, ...names } = z.parse(leftOutFile(), JSON.parse(readFileSync(fileIn(state), "utf8")));
    return names;
  } catch {
    return NONE;
  }
}

/** Leaves an extension out of the next starts, or takes it in again. */
export async function writeLeftOut(
  state: string,
  { kind, name }: Pick<Extension, "kind" | "name">,
  out: boolean,
): Promise<void> {
  const before = readLeftOut(state);
  const others = before[kind].filter((each) => each !== name);
  const names = { ...before, [kind]: out ? [...others, name].sort() : others };
  await writeDurably(fileIn(state), `${JSON.stringify({ version: 1, ...names }, null, 2)}\n`).catch(
    (error: unknown) => {
      throw new HoldfastError("refused", `This cannot be kept on the state partition: ${codeOf(error)}.`);
    },
  );
}
