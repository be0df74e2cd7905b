import { asksForWipe, type BootRequest } from "./boot-request.ts";
import type { Reason } from "./plan.ts";
import type { ResetRequest } from "./reset.ts";

/** What somebody left for this start to do, and what it means here. */
export interface Asked {
  readonly request: BootRequest;
  /** The request as a sentence: why the menu is shown. */
  readonly reason: Reason;
  /** The reset that it asks for; null when it asks for none. */
  readonly reset: ResetRequest | null;
}

/** Options of a recovery that Holdfast follows, or that change nothing of what it does. */
const UNDERSTOOD = ["wipe_data", "prompt_and_wipe_data", "reason", "locale", "show_text", "retry_count"];

/** What a request means to Holdfast. `id` tells its message from any other. */
export function askedBy(request: BootRequest, id: string): Asked {
  const reset: ResetRequest | null = asksForWipe(request) ? { id, scope: "data", origin: "bcb" } : null;
  const code = reset === null ? "asked" : "reset-asked";
  return { request, reason: { code, text: textOf(request) }, reset };
}

function textOf(request: BootRequest): string {
  if (request.kind === "bootloader") return "A stop in the bootloader was asked for.";
  if (request.kind === "fastboot") return "Fastboot was asked for, which Holdfast does not have.";
  const why = request.options.find(({ name }) => name === "reason")?.value ?? null;
  const what = asksForWipe(request) ? "A reset of all user data" : "Recovery";
  const foreign = request.options.filter(({ name }) => !UNDERSTOOD.includes(name));
  const names = foreign.map(({ name }) => `--${name}`).join(", ");
  const cannot = foreign.length === 0 ? "" : ` Holdfast cannot do ${names}.`;
  return `${what} was asked for${why === null ? "" : ` (${why})`}.${cannot}`;
}
