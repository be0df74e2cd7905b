import { expect, test } from "vitest";
import { parseGuixParameters } from "../../../src/bytes/guix-parameters.ts";
import { parseExpression } from "../../../src/bytes/s-expression.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const TEXT = ';; made by Guix\n(boot-parameters (version 0) (label "GNU \\"x\\"") (kernel "/gnu/store/a"))\n';

test("the label is read with its escapes, behind comments", () => {
  expect(parseGuixParameters(TEXT, "parameters")).toEqual({ label: 'GNU "x"', start: null });
});

const START = '(kernel "/k") (initrd (string-append "/s" "/initrd")) (kernel-arguments ("a" "b=c"))';

test.each([
  ['"/dev/sda2"', "/dev/sda2"],
  ['(file-system-label "my-root")', "my-root"],
  ["(uuid dce #vu8(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 255))", "00010203-0405-0607-0809-0a0b0c0d0eff"],
])("what starts it is read with the root %s", (root, word) => {
  const text = `(boot-parameters (version 0) (label "x") (root-device ${root}) ${START})`;
  expect(parseGuixParameters(text, "parameters").start).toEqual({
    ...{ kernel: "/k", initrd: "/s/initrd", root: word, words: ["a", "b=c"] },
  });
});

test.each(["(uuid fat32 #vu8(1 2 3 4))", "#f", '(tarball "x")'])("a root of %s is not guessed at", (root) => {
  const text = `(boot-parameters (version 0) (label "x") (root-device ${root}) ${START})`;
  expect(parseGuixParameters(text, "parameters").start).toBeNull();
});

test.each([
  ["(boot-parameters (label", "it ends inside an expression"],
  [`(boot-parameters ${"(".repeat(99)}`, "it is nested too deep"],
])("%s is refused", (text, why) => {
  expect(() => parseGuixParameters(text, "parameters")).toThrow(`parameters: ${why}`);
});

fuzz("the parameters of a Guix system", [Buffer.from(TEXT)], (bytes) =>
  parseGuixParameters(bytes.toString("utf8"), "parameters"),
);

fuzz("an expression of Scheme", [Buffer.from(TEXT), Buffer.from(START)], (bytes) =>
  parseExpression(bytes.toString("utf8"), "expression"),
);
