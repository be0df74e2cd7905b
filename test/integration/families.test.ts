import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { columns } from "../../src/commands/status-table.ts";
import { KINDS } from "../../src/roots/kinds/all.ts";
import { btrfsSnapshotRow } from "./families/btrfs-snapshot.ts";
import { nixosRow } from "./families/nixos.ts";
import { ostreeRow } from "./families/ostree.ts";
import { partitionsRow } from "./families/partitions.ts";
import { LAYOUT_ONLY, QUESTIONS, type Row } from "./families/row.ts";

/*
 * Family by question: every answer is made anew in this run, on systems that the family's own tool made, and
 * holds what that tool then says. Families without a tool in Debian have layout fixtures in the unit tests.
 */

const folder = mkdtempSync(join(tmpdir(), "holdfast-families-"));
const table = new Map<string, string[]>();
const made: Row[] = [];

const MAKERS: Readonly<Record<string, (folder: string) => Row | null>> = {
  partitions: partitionsRow,
  ostree: ostreeRow,
  "btrfs-snapshot": btrfsSnapshotRow,
  nixos: nixosRow,
};

afterAll(() => {
  for (const row of made) row.close();
  rmSync(folder, { recursive: true });
  const rows = KINDS.map(({ name }) => [name, ...(table.get(name) ?? QUESTIONS.map(() => LAYOUT_ONLY))]);
  console.log(columns([["FAMILY", ...QUESTIONS], ...rows]).join("\n"));
});

test.for(Object.entries(MAKERS))(
  "%s: its own tool, where there is one, says what Holdfast lists and describes; it is entered",
  async ([name, make], context) => {
    const own = join(folder, name);
    mkdirSync(own);
    const row = make(own);
    if (row === null) return context.skip("this machine has no such file system or no loop device");
    made.push(row);
    expect(row.kind.name).toBe(name);
    const answers: string[] = [];
    for (const question of QUESTIONS) answers.push(await row.answer(question));
    table.set(name, answers);
  },
);
