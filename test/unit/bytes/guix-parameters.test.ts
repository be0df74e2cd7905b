import { expect, test } from "vitest";
import { parseGuixParameters } from "../../../src/bytes/guix-parameters.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const TEXT = ';; made by Guix\n(boot-parameters (version 0) (label "GNU \\"x\\"") (kernel "/gnu/store/a"))\n';

test("the label is read with its escapes, behind comments", () => {
  expect(parseGuixParameters(TEXT, "parameters")).toEqual({ label: 'GNU "x"' });
});

fuzz("the parameters of a Guix system", [Buffer.from(TEXT)], (bytes) =>
  parseGuixParameters(bytes.toString("utf8"), "parameters"),
);
