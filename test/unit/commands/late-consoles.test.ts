import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConsoleWay, lookForConsoles } from "../../../src/commands/late-consoles.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A line that comes and goes, and that opens, or does not. */
function lineOf(opens: () => boolean) {
  const line = { isThere: false, isOpen: false, tries: 0 };
  const way: ConsoleWay = { name: "ttyUSB0", isThere: () => line.isThere, open: async () => null };
  const over = new AbortController();
  const ended = lookForConsoles(
    () => (line.isOpen ? [] : [way]),
    async () => {
      line.tries += 1;
      line.isOpen = opens();
    },
    over.signal,
  );
  return { line, over, ended, seconds: (count: number) => vi.advanceTimersByTimeAsync(count * 1000) };
}

test("a line that is plugged in later is opened, and not asked for again", async () => {
  const { line, seconds } = lineOf(() => true);
  await seconds(60);
  expect(line.tries).toBe(0);
  line.isThere = true;
  await seconds(60);
  expect(line).toMatchObject({ isOpen: true, tries: 1 });
});

test("a line that cannot be opened is tried three times, and again when it was away", async () => {
  const { line, seconds } = lineOf(() => false);
  line.isThere = true;
  await seconds(60);
  expect(line.tries).toBe(3);
  line.isThere = false;
  await seconds(5);
  line.isThere = true;
  await seconds(60);
  expect(line.tries).toBe(6);
});

test("when the menu is over, nothing is looked for any more", async () => {
  const { line, over, ended, seconds } = lineOf(() => true);
  line.isThere = true;
  over.abort();
  await ended;
  await seconds(60);
  expect(line.tries).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a line that is being opened when the menu ends is waited for", async () => {
  let openNow = () => {};
  const way: ConsoleWay = { name: "ttyUSB0", isThere: () => true, open: async () => null };
  const over = new AbortController();
  const opening = new Promise<void>((resolve) => {
    openNow = resolve;
  });
  const events: string[] = [];
  const ended = lookForConsoles(
    () => [way],
    async () => {
      await opening;
      events.push("opened");
    },
    over.signal,
  ).then(() => events.push("ended"));
  await vi.advanceTimersByTimeAsync(3000);
  over.abort();
  await vi.advanceTimersByTimeAsync(1000);
  expect(events).toEqual([]);
  openNow();
  await ended;
  expect(events).toEqual(["opened", "ended"]);
});
