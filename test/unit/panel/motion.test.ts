import { describe, expect, test } from "vitest";
import { drag, type Motion, positionOf, release, settle } from "../../../src/panel/motion.ts";

const MOST = 1000;
const rest = (at: number): Motion => ({ kind: "rest", at });
const at = (motion: Motion, time: number) => positionOf(settle(motion, time, MOST), time, MOST);

describe("a list under a finger", () => {
  test("it follows the finger, up as the finger goes up", () => {
    expect(positionOf(drag(rest(100), -40, 0, MOST), 0, MOST)).toEqual({ at: 140, stretch: 0 });
  });

  test("beyond an end it follows less and less, and comes back when let go", () => {
    const pulled = drag(rest(0), 100, 0, MOST);
    const more = drag(pulled, 100, 0, MOST);
    const [first, second] = [pulled, more].map((motion) => -positionOf(motion, 0, MOST).stretch);
    expect(first).toBeGreaterThan(20);
    expect(second).toBeLessThan((first ?? 0) * 2);
    const back = release(more, 0, 0, MOST);
    expect(at(back, 0).stretch).toBeCloseTo(-(second ?? 0));
    expect(Math.abs(at(back, 700).stretch)).toBeLessThan(0.5);
    expect(settle(back, 1000, MOST)).toEqual(rest(0));
  });

  test("a fling goes on, slows down and rests", () => {
    const fling = release(rest(0), 1, 0, MOST);
    const way = [50, 100, 200, 400, 800].map((time) => at(fling, time).at);
    expect(way).toEqual(way.toSorted((a, b) => a - b));
    expect(way[0]).toBeGreaterThan(40);
    expect(settle(fling, 3000, MOST).kind).toBe("rest");
    expect(at(fling, 3000).at).toBeCloseTo(325, -1);
  });

  test("a fling that reaches an end shows it: a little beyond, and back to it", () => {
    for (const [from, velocity, end] of [
      [900, 3, MOST],
      [100, -3, 0],
    ] as const) {
      const fling = release(rest(from), velocity, 0, MOST);
      const stretches = Array.from({ length: 60 }, (_, frame) => at(fling, frame * 16).stretch);
      const furthest = Math.max(...stretches.map(Math.abs));
      expect(furthest).toBeGreaterThan(20);
      expect(furthest).toBeLessThan(200);
      expect(settle(fling, 1500, MOST)).toEqual(rest(end));
    }
  });

  test("a slow finger leaves it where it is, and a finger on a glide catches it there", () => {
    expect(release(rest(300), 0.01, 0, MOST)).toEqual(rest(300));
    const glide = release(rest(300), 1, 0, MOST);
    const caught = drag(glide, 0, 100, MOST);
    expect(positionOf(caught, 5000, MOST).at).toBeCloseTo(at(glide, 100).at);
  });
});
