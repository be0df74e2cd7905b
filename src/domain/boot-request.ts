import { HoldfastError } from "./errors.ts";

/** One argument of the recovery: `--wipe_data`, or `--reason=…` with a value. */
export interface RecoveryOption {
  readonly name: string;
  readonly value: string | null;
}

/** What somebody asked the next start to do, in Android's bootloader message. */
export type BootRequest =
  /** Start the recovery; to be cleared once its work is done, so that work cut short is taken up again. */
  | { readonly kind: "recovery"; readonly options: readonly RecoveryOption[] }
  /** Userspace fastboot; stays until that says it is done. */
  | { readonly kind: "fastboot" }
  /** Stop in the bootloader, once. */
  | { readonly kind: "bootloader" };

/** What a message says: a request, nothing, or something that is not ours to touch. */
export type BootWord =
  | BootRequest
  | { readonly kind: "none" }
  | { readonly kind: "foreign"; readonly command: string };

const COMMANDS = {
  recovery: "boot-recovery",
  fastboot: "boot-fastboot",
  bootloader: "bootonce-bootloader",
} as const;
const HEADING = "recovery";

/** Reads command and arguments. As in Android, arguments without the heading "recovery" are none. */
export function parseBootRequest(command: string, recovery: string): BootWord {
  switch (command) {
    case "":
      return { kind: "none" };
    case COMMANDS.recovery:
      return { kind: "recovery", options: parseOptions(recovery) };
    case COMMANDS.fastboot:
      return { kind: "fastboot" };
    case COMMANDS.bootloader:
      return { kind: "bootloader" };
    default:
      return { kind: "foreign", command };
  }
}

/** Command and arguments as they lie in the message; throws `usage` for options that would not read back. */
export function formatBootRequest(request: BootRequest): { command: string; recovery: string } {
  const command = COMMANDS[request.kind];
  if (request.kind !== "recovery") return { command, recovery: "" };
  const lines = request.options.map(({ name, value }) => `--${name}${value === null ? "" : `=${value}`}`);
  const recovery = [HEADING, ...lines].map((line) => `${line}\n`).join("");
  const readBack = parseOptions(recovery);
  if (JSON.stringify(readBack) === JSON.stringify(request.options)) return { command, recovery };
  throw new HoldfastError("usage", `${JSON.stringify(lines)} are no options of the recovery, one per line`);
}

/** Whether the request asks for the user's data to be wiped. */
export function asksForWipe(request: BootWord): boolean {
  const wipes = ["wipe_data", "prompt_and_wipe_data"];
  return request.kind === "recovery" && request.options.some(({ name }) => wipes.includes(name));
}

function parseOptions(recovery: string): RecoveryOption[] {
  const [heading, ...lines] = recovery.split("\n");
  if (heading !== HEADING) return [];
  return lines.flatMap((line) => {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value ?? null }];
  });
}
