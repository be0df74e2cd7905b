/** Exit codes of every command: a contract that scripts rely on. */
export const ExitCode = {
  done: 0,
  internal: 1,
  usage: 2,
  nothingBootable: 3,
  refused: 4,
  notReadBack: 5,
  showMenu: 10,
  reset: 11,
  again: 12,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What went wrong, as a class of failure. Each maps to one exit code. */
export const ErrorKind = {
  usage: ExitCode.usage,
  badConfig: ExitCode.usage,
  badStore: ExitCode.usage,
  noDevice: ExitCode.usage,
  nothingBootable: ExitCode.nothingBootable,
  slotFailed: ExitCode.nothingBootable,
  damaged: ExitCode.nothingBootable,
  refused: ExitCode.refused,
  notReadBack: ExitCode.notReadBack,
  system: ExitCode.internal,
} as const;
export type ErrorKind = keyof typeof ErrorKind;

/**
 * The one error class of Holdfast. `message` is a sentence for people that names the file, key or offset,
 * what was found and what would be right; `next` says what to do about it, when there is something to do.
 */
export class HoldfastError extends Error {
  override readonly name = "HoldfastError";
  readonly kind: ErrorKind;
  readonly next: string | null;

  constructor(kind: ErrorKind, message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.next = options.next ?? null;
  }

  get exitCode(): ExitCode {
    return ErrorKind[this.kind];
  }
}

/** The sentence of any thrown value, for logs and toasts. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What `read` gives; null when it fails with a HoldfastError, whose sentence is added to `problems`. */
export function orProblem<T>(problems: string[], read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    problems.push(error.message);
    return null;
  }
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOENT: "it does not exist",
  ELOOP: "its links go round in a circle",
  ENOSPC: "no space is left",
  EIO: "the device reports a read error",
};

/** The system's code of a failed call, such as "ENOENT"; the whole error where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

/** Why a file could not be read, as the end of a sentence that names the file. */
export function whyUnreadable(error: unknown): string {
  return WHY_UNREADABLE[codeOf(error)] ?? messageOf(error);
}
