import { expect, it } from "vitest";
import { resetLines } from "../../../src/domain/reset-lines.ts";

it("a reset says each step once, and how far it is while one takes long", () => {
  let now = 0;
  const line = resetLines(() => now);
  const at = (done: number, fraction: number | null, later: number) => {
    now += later;
    return line({ step: done === 0 ? "Getting ready" : "Erasing", done, of: 5, fraction });
  };
  expect(at(0, null, 0)).toBe("Step 1 of 5: Getting ready");
  expect(at(1, null, 5)).toBe("Step 2 of 5: Erasing");
  expect(at(1, 0.1, 5000)).toBeNull();
  expect(at(1, 0.42, 5000)).toBe("Step 2 of 5: Erasing, 42 %");
  expect(at(1, 0.5, 9999)).toBeNull();
  expect(at(1, 0.999, 1)).toBe("Step 2 of 5: Erasing, 99 %");
});
