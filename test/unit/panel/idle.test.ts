import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IdleLight, type Light, lightAfter } from "../../../src/panel/idle.ts";

const LIMITS = { dimAfter: 60_000, darkAfter: 300_000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open(limits = LIMITS) {
  const lights: Light[] = [];
  const idle = new IdleLight(
    limits,
    (light) => lights.push(light),
    () => Date.now(),
  );
  return { idle, lights };
}

describe("a panel that nobody uses", () => {
  test("the light is a matter of time, and 0 means never", () => {
    expect([0, 59_999, 60_000, 299_999, 300_000].map((idle) => lightAfter(idle, LIMITS))).toEqual([
      "full",
      "full",
      "dim",
      "dim",
      "dark",
    ]);
    expect(lightAfter(1e9, { dimAfter: 0, darkAfter: 0 })).toBe("full");
    expect(lightAfter(1e9, { dimAfter: 10, darkAfter: 0 })).toBe("dim");
  });

  test("it dims, goes dark, and lights up for whoever comes, who is told that it was so", () => {
    const { idle, lights } = open();
    expect(idle.wake()).toBe(false);
    vi.advanceTimersByTime(60_000);
    expect(lights).toEqual(["dim"]);
    vi.advanceTimersByTime(240_000);
    expect(lights).toEqual(["dim", "dark"]);
    expect(idle.wake()).toBe(true);
    expect(idle.wake()).toBe(false);
    expect(lights).toEqual(["dim", "dark", "full"]);
    vi.advanceTimersByTime(60_000);
    expect(lights).toEqual(["dim", "dark", "full", "dim"]);
  });

  test("one that nobody can see is dark at once, and stays so until somebody is there", () => {
    const { idle, lights } = open();
    idle.cover();
    vi.advanceTimersByTime(100_000);
    expect(lights).toEqual(["dark"]);
    expect(idle.wake()).toBe(true);
    vi.advanceTimersByTime(60_000);
    expect(lights).toEqual(["dark", "full", "dim"]);
  });

  test("every sign of a person starts the time anew", () => {
    const { idle, lights } = open();
    for (let round = 0; round < 5; round += 1) {
      vi.advanceTimersByTime(50_000);
      idle.wake();
    }
    expect(lights).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(lights).toEqual(["dim"]);
  });

  test("while work is under way it stays lit, and its end is seen", () => {
    const { idle, lights } = open();
    vi.advanceTimersByTime(70_000);
    idle.setBusy(true);
    expect(lights).toEqual(["dim", "full"]);
    vi.advanceTimersByTime(3_600_000);
    expect(lights).toEqual(["dim", "full"]);
    idle.setBusy(false);
    vi.advanceTimersByTime(59_000);
    expect(lights).toEqual(["dim", "full"]);
    vi.advanceTimersByTime(2_000);
    expect(lights).toEqual(["dim", "full", "dim"]);
  });

  test("it is lit when it is given back", () => {
    const { idle, lights } = open();
    vi.advanceTimersByTime(400_000);
    idle.close();
    expect(lights.at(-1)).toBe("full");
    expect(vi.getTimerCount()).toBe(0);
  });
});
