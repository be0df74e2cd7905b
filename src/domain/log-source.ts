/** What the log screen can show. `crash` is what pstore kept of the last one. */
export const LOG_SOURCES = ["kernel", "crash", "holdfast", "history"] as const;
export type LogSource = (typeof LOG_SOURCES)[number];

export interface LogLine {
  readonly text: string;
  readonly tone: "plain" | "warning" | "error";
}

/** One log as it is now; lines are cut to a bounded length and freed of control characters. */
export interface Log {
  readonly source: LogSource;
  readonly lines: readonly LogLine[];
  /** Why there is nothing, as a sentence; null when there is something. */
  readonly problem: string | null;
}
