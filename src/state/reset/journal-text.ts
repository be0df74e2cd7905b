import * as z from "zod/mini";
import { HoldfastError } from "../../domain/errors.ts";
import { RESET_ORIGINS, RESET_SCOPES } from "../../domain/reset.ts";
import { RESET_STEPS, type ResetJournal, stepsOf } from "../../domain/reset-journal.ts";
import { DIRECTORY_NAME } from "../../domain/state-layout.ts";

const count = () => z.int().check(z.minimum(0));

const journalSchema = () =>
  z.strictObject({
    version: z.literal(1),
    id: z.string().check(z.regex(/^[\w:.-]{1,64}$/)),
    scope: z.enum(RESET_SCOPES),
    origin: z.enum(RESET_ORIGINS),
    target: z.strictObject({
      role: z.enum(["state", "root"]),
      diskId: z.string(),
      partuuid: z.string(),
      start: count(),
      size: count(),
    }),
    grace: z.boolean(),
    step: z.enum(RESET_STEPS),
    attempt: count(),
    starts: count(),
    time: z.string(),
    problem: z.nullable(z.string()),
    erasure: z.strictObject({
      role: z.enum(["state", "root"]),
      fstype: z.enum(["ext4", "btrfs", "f2fs"]),
      removesOnly: z.boolean(),
      encrypted: z.boolean(),
      emptyPassphrase: z.boolean(),
      plain: z.array(z.string()),
      blocks: z.enum(["secure", "plain", "overwritten", "none"]),
    }),
    layout: z.array(z.string().check(z.regex(DIRECTORY_NAME))),
    kept: z.record(z.string().check(z.regex(/^\w[\w.-]*$/)), z.string()),
  });

/** The journal as text, for its file and for the record. */
export function formatJournal(journal: ResetJournal): string {
  return `${JSON.stringify({ version: 1, ...journal })}\n`;
}

/** Reads a journal. Throws `badStore` for anything that Holdfast does not write. */
export function parseJournal(text: string, where: string): ResetJournal {
  const result = z.safeParse(journalSchema(), parsed(text));
  if (!result.success) throw foreign(where);
  const { version: _, ...journal } = result.data;
  if (!stepsOf(journal).includes(journal.step)) throw foreign(where);
  return journal;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function foreign(where: string): HoldfastError {
  return new HoldfastError(
    "badStore",
    `${where} is not what Holdfast writes there; no reset follows from it.`,
    {
      next: "Ask for the reset again.",
    },
  );
}
