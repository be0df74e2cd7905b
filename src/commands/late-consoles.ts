import type { Console } from "../session/console.ts";

/** One console that may be opened. */
export interface ConsoleWay {
  readonly name: string;
  /** Whether what it needs is there now, so that opening it is worth a try. Cheap. */
  isThere(): boolean;
  /** Null where others come later, or what it needs is missing. */
  open(): Promise<Console | null>;
}

/** How often it is looked. */
const LOOK_MS = 2000;
/** Times that one is tried from when it comes until it goes: a line with nothing behind it stays as it is. */
const MOST_TRIES = 3;

/**
 * Opens consoles that come later, such as a serial line on USB that is plugged in, until `until` is aborted.
 * `missing` are those that are not open.
 */
export function lookForConsoles(
  missing: () => readonly ConsoleWay[],
  open: (way: ConsoleWay) => Promise<void>,
  until: AbortSignal,
): void {
  const tries = new Map<string, number>();
  const look = async (): Promise<void> => {
    for (const way of missing()) {
      const tried = tries.get(way.name) ?? 0;
      if (!way.isThere()) tries.delete(way.name);
      else if (tried < MOST_TRIES && !until.aborted) {
        tries.set(way.name, tried + 1);
        await open(way);
      }
    }
    lookLater();
  };
  const lookLater = (): void => {
    if (until.aborted) return;
    const timer = setTimeout(() => void look(), LOOK_MS);
    until.addEventListener("abort", () => clearTimeout(timer), { once: true });
  };
  lookLater();
}
