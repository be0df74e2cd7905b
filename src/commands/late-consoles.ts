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
 * Opens consoles that come later, such as a serial line on USB that is plugged in, until `until` is aborted; resolves
 * when none is being opened any more. `missing` are those that are not open.
 */
export async function lookForConsoles(
  missing: () => readonly ConsoleWay[],
  open: (way: ConsoleWay) => Promise<void>,
  until: AbortSignal,
): Promise<void> {
  const tries = new Map<string, number>();
  while (await waited(until)) {
    for (const way of missing()) {
      const tried = tries.get(way.name) ?? 0;
      if (!way.isThere()) tries.delete(way.name);
      else if (tried < MOST_TRIES && !until.aborted) {
        tries.set(way.name, tried + 1);
        await open(way);
      }
    }
  }
}

/** False when the wait was ended. */
function waited(until: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (until.aborted) return resolve(false);
    const end = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      until.removeEventListener("abort", end);
      resolve(true);
    }, LOOK_MS);
    until.addEventListener("abort", end, { once: true });
  });
}
