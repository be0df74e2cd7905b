import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { whyUnreadable } from "../../../src/domain/errors.ts";

function failureOf(path: string): unknown {
  try {
    readFileSync(path);
  } catch (error) {
    return error;
  }
  throw new Error(`${path} was read`);
}

test("a failed read is told in words, without the path once more", () => {
  expect(whyUnreadable(failureOf("/no/such/file"))).toBe("it does not exist");
  expect(whyUnreadable(failureOf("/"))).toBe("it is a directory");
});

test("a failure without words of its own keeps its message", () => {
  expect(whyUnreadable(new Error("the cable is loose"))).toBe("the cable is loose");
});
