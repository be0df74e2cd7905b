import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { OutputQueue } from "../../../src/terminal/output-queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function queueOn(room: number) {
  const state = { room, waiting: 0, sent: "", idle: 0, dropped: 0 };
  const queue = new OutputQueue(
    {
      writeSome(bytes) {
        const count = Math.min(state.room, bytes.length);
        state.room -= count;
        state.sent += bytes.toString("latin1", 0, count);
        return count;
      },
      bytesWaiting: () => state.waiting,
    },
    {
      onIdle: () => {
        state.idle++;
      },
      onDropped: () => {
        state.dropped++;
      },
    },
  );
  return { queue, state };
}

test("what the line takes is gone at once", () => {
  const { queue, state } = queueOn(100);
  queue.write("hello");
  expect(state.sent).toBe("hello");
  expect(queue.isIdle).toBe(true);
});

test("what it does not take follows in order", async () => {
  const { queue, state } = queueOn(3);
  queue.write("hello");
  queue.write(" world");
  expect(state.sent).toBe("hel");
  expect(queue.isIdle).toBe(false);
  state.room = 100;
  await vi.advanceTimersByTimeAsync(500);
  expect(state.sent).toBe("hello world");
  expect(queue.isIdle).toBe(true);
});

describe("idle", () => {
  test("waits for the driver too: a frame that would only queue up is better not written", async () => {
    const { queue, state } = queueOn(1000);
    state.waiting = 1000;
    queue.write("frame");
    expect(queue.isIdle).toBe(false);
    queue.wantIdle();
    await vi.advanceTimersByTimeAsync(500);
    expect(state.idle).toBe(0);
    state.waiting = 10;
    await vi.advanceTimersByTimeAsync(500);
    expect(state.idle).toBe(1);
  });

  test("is told once for each time it was wanted", async () => {
    const { queue, state } = queueOn(0);
    queue.write("frame");
    queue.wantIdle();
    queue.wantIdle();
    await vi.advanceTimersByTimeAsync(1000);
    state.room = 100;
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.idle).toBe(1);
  });
});

describe("too much for a stuck line", () => {
  test("is dropped as a whole, within bounds, and told once the line moves", async () => {
    const { queue, state } = queueOn(0);
    for (let frame = 0; frame < 100; frame++) queue.write("x".repeat(1000));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.dropped).toBe(0);
    state.room = 1000;
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.dropped).toBe(1);
    expect(state.sent).toBe("\r");
    queue.write("repainted");
    expect(state.sent).toBe("\rrepainted");
  });

  test("is forgotten with the device", async () => {
    const { queue, state } = queueOn(0);
    queue.write("old");
    queue.clear();
    state.room = 100;
    await vi.advanceTimersByTimeAsync(1000);
    expect(state.sent).toBe("");
    expect(vi.getTimerCount()).toBe(0);
  });
});
