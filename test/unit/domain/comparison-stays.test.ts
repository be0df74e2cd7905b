import { expect, test } from "vitest";
import { staysOnState } from "../../../src/domain/comparison-stays.ts";

test.each([
  [["/home", "/var", "/etc"], ["/etc, /home and /var stay as they are."]],
  [
    ["/home", "/var", "/var/log"],
    ["/home and /var stay as they are.", "/etc is what the slot has."],
  ],
  [[], ["/etc, /home and /var are what the slot has."]],
])("with %s bound to the state partition: %s", (bound, sentences) => {
  expect(staysOnState(bound)).toEqual(sentences);
});

test("without a state partition nothing is promised", () => {
  expect(staysOnState(null).join()).toMatch(/not known/);
});
