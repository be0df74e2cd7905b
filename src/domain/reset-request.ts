import type { ResetRequest } from "./reset.ts";

/** Vendor of systemd's variables (systemd, docs/FACTORY_RESET.md). */
export const SYSTEMD_VENDOR = "8cf2644b-4b0b-428f-9387-6d876050dc67";
/** Until v257: any true word. From v258 on: JSON that names the system and the boot that it was made in. */
export const OLD_VARIABLE = "FactoryReset";
export const REQUEST_VARIABLE = "FactoryResetRequest";

/** The id of the request that a word of the kernel command line makes: one as long as it stands there. */
export const WORD_ID = "command-line";

const TRUE = new Set(["1", "yes", "true", "on", "y", "t"]);

/** Whether a word says yes, as systemd's parse_boolean() reads it. */
export function saysYes(word: string): boolean {
  return TRUE.has(word.trim().toLowerCase());
}

/** The request that systemd.factory_reset= makes, rd. before it too; false there silences the EFI variable. */
export function wordOf(commandLine: ReadonlyMap<string, string>): boolean | null {
  const word = commandLine.get("systemd.factory_reset") ?? commandLine.get("rd.systemd.factory_reset");
  return word === undefined ? null : word === "" || saysYes(word);
}

/** What tells the system of this initramfs from others; null where it has no os-release. */
export interface SystemIdentity {
  readonly id: string | null;
  readonly imageId: string | null;
}

/** What lies in systemd's variables, as text; null where there is none. */
export interface SystemdVariables {
  readonly old: string | null;
  readonly request: string | null;
}

/** What the running boot knows about who may ask. */
export interface RequestFacts {
  readonly commandLine: ReadonlyMap<string, string>;
  /** Whether the word was obeyed already and has stood there ever since. */
  readonly wordDone: boolean;
  readonly variables: SystemdVariables;
  readonly bootId: string;
  readonly system: SystemIdentity | null;
  /** Ids of the requests that were carried out. */
  readonly done: readonly string[];
}

/**
 * The request that is to be carried out now, by systemd's rules (systemd-factory-reset(8)): the command line
 * comes before the variables, and a request does not count in the boot that made it. `ignored` says why
 * something that looks like a request is none.
 */
export function dueRequest(facts: RequestFacts): {
  readonly request: ResetRequest | null;
  readonly ignored: string | null;
} {
  const word = wordOf(facts.commandLine);
  if (word === false) return none(null);
  if (word) return facts.wordDone ? none(null) : due({ id: WORD_ID, scope: "all", origin: "command-line" });
  const { old, request } = facts.variables;
  if (request !== null) return variableRequest(request, facts);
  if (old !== null && saysYes(old)) return due({ id: OLD_VARIABLE, scope: "all", origin: "efi-variable" });
  return none(null);
}

function variableRequest(text: string, facts: RequestFacts): ReturnType<typeof dueRequest> {
  const value = parsed(text);
  const field = (name: string) => (typeof value?.[name] === "string" ? value[name] : null);
  const bootId = field("bootId")?.replaceAll("-", "").toLowerCase() ?? null;
  if (bootId === null || !/^[0-9a-f]{32}$/.test(bootId)) {
    return none(`The EFI variable ${REQUEST_VARIABLE} is not what systemd writes; it is not obeyed.`);
  }
  if (bootId === facts.bootId.replaceAll("-", "").toLowerCase()) return none(null);
  if (facts.done.includes(bootId)) return none(null);
  const { system } = facts;
  const isOurs =
    system === null || (system.id === field("osReleaseId") && system.imageId === field("osReleaseImageId"));
  if (!isOurs) return none(`The EFI variable ${REQUEST_VARIABLE} is for another system; it is not obeyed.`);
  return due({ id: bootId, scope: "all", origin: "efi-variable" });
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function due(request: ResetRequest): ReturnType<typeof dueRequest> {
  return { request, ignored: null };
}

function none(ignored: string | null): ReturnType<typeof dueRequest> {
  return { request: null, ignored };
}
