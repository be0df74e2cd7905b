import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { columns } from "../../src/commands/status-table.ts";
import { chromeosRow } from "./contract/chromeos.ts";
import { counterFileRow } from "./contract/counter-file.ts";
import { cell, OPERATIONS, type Row } from "./contract/row.ts";

/*
 * Scheme by operation: every cell is made anew in this run, by an operation of Holdfast on a store that the
 * scheme's own tool made, and holds what that tool then prints. memory has no tool: the contract test of the
 * unit tests is its only judge.
 */

const folder = mkdtempSync(join(tmpdir(), "holdfast-table-"));
const ROWS: readonly Row[] = [chromeosRow(folder), counterFileRow(folder)];
const table = new Map<string, string[]>();

afterAll(() => {
  rmSync(folder, { recursive: true });
  const rows = [...table].map(([scheme, cells]) => [scheme, ...cells]);
  console.log(columns([["SCHEME", ...OPERATIONS], ...rows]).join("\n"));
});

test.each(ROWS.map((row) => [row.scheme, row] as const))(
  "%s: after every operation the judge tool says what Holdfast reads and what the scheme asks for",
  async (scheme, row) => {
    const cells: string[] = [];
    const wrong: string[] = [];
    for (const operation of OPERATIONS) {
      const words = await cell(row, operation).catch((error: Error) => {
        wrong.push(`${operation}: ${error.message}`);
        return "WRONG";
      });
      cells.push(words);
    }
    table.set(scheme, cells);
    expect(wrong.join("\n")).toBe("");
  },
);
