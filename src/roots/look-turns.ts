import { HoldfastError } from "../domain/errors.ts";

/** The end of the look that is under way. */
let end: Promise<unknown> = Promise.resolve();

/** Runs looks at the disks one after the other: two at a time would mount the same devices. */
export function inTurn<T>(look: () => Promise<T>): Promise<T> {
  const turn = end.then(look);
  end = turn.catch(() => {});
  return turn;
}

/** Waits until nothing is mounted for a look: who mounts, unmounts or formats in this process comes after it. */
export async function looksEnded(): Promise<void> {
  await end;
}

let isOver = false;

/** Ends the look that is under way at its next slice, with everything unmounted: its process is about to end. */
export async function giveUpLooks(): Promise<void> {
  isOver = true;
  try {
    await looksEnded();
  } finally {
    isOver = false;
  }
}

/**
 * Lets what waits have its turn, between the slices of a look: touches, keys and pictures of the menu. Throws when
 * the look is given up.
 */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (isOver) throw new HoldfastError("refused", "The look at the disks was given up.");
}
