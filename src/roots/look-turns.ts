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

/** Lets what waits have its turn, between the slices of a look: touches, keys and pictures of the menu. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
