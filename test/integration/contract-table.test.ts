import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { columns } from "../../src/commands/status-table.ts";
import { SCHEME_NAMES } from "../../src/domain/scheme.ts";
import { androidGptRow } from "./contract/android-gpt.ts";
import { bootcountRow } from "./contract/bootcount.ts";
import { chromeosRow } from "./contract/chromeos.ts";
import { counterFileRow } from "./contract/counter-file.ts";
import { customRow } from "./contract/custom.ts";
import { greenbootRow } from "./contract/greenboot.ts";
import { grubenvRow } from "./contract/grubenv.ts";
import { androidMiscRow, avbAbRow } from "./contract/misc.ts";
import { raucRow } from "./contract/rauc.ts";
import { raucBareboxRow } from "./contract/rauc-barebox.ts";
import { raucEfiRow } from "./contract/rauc-efi.ts";
import { raucUbootRow } from "./contract/rauc-uboot.ts";
import { cell, cellOf, OPERATIONS, type Row, type Store } from "./contract/row.ts";
import { systemdBootRow } from "./contract/systemd-boot.ts";
import { ubootEnvRow } from "./contract/uboot-env.ts";

/*
 * Scheme by operation: every cell is made anew in this run, by an operation of Holdfast on a store that the
 * scheme's own tool made, and holds what that tool then prints. memory has no tool: the contract test of the
 * unit tests is its only judge.
 */

const folder = mkdtempSync(join(tmpdir(), "holdfast-table-"));
const ROWS: readonly Row[] = [
  systemdBootRow(),
  androidMiscRow(folder),
  avbAbRow(folder),
  androidGptRow(folder),
  chromeosRow(folder),
  raucRow(folder),
  raucUbootRow(folder),
  raucEfiRow(folder),
  raucBareboxRow(folder),
  ubootEnvRow(folder),
  bootcountRow(folder),
  grubenvRow(folder),
  greenbootRow(folder),
  customRow(folder),
  counterFileRow(folder),
];
const labelOf = ({ scheme, style }: Row) => (style === undefined ? scheme : `${scheme} ${style}`);
const table = new Map<string, string[]>();

afterAll(() => {
  rmSync(folder, { recursive: true });
  const rows = [...table].map(([scheme, cells]) => [scheme, ...cells]);
  console.log(columns([["SCHEME", ...OPERATIONS], ...rows]).join("\n"));
});

test("every scheme that a configuration can name has a row", () => {
  expect([...new Set(ROWS.map((row) => row.scheme))]).toEqual(
    SCHEME_NAMES.filter((name) => name !== "memory"),
  );
});

test.each(ROWS.map((row) => [labelOf(row), row] as const))(
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

test.each(ROWS.map((row) => [labelOf(row), row] as const))(
  "%s: the table notices a store that says it is done and did nothing",
  async (_, row) => {
    const store = await row.make();
    const idle: Store = {
      ...store,
      async open(booted) {
        const control = await store.open(booted);
        const { scheme, counting, capabilities, freshTries } = control;
        const read = () => control.read();
        return { scheme, counting, capabilities, freshTries, read, apply: read };
      },
    };
    await expect(cellOf(row, idle, "mark bad")).rejects.toThrow(/match/);
  },
);
