import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BareboxStore, parseDump } from "../../../src/boot-control/barebox-store.ts";
import { RaucBareboxStyle } from "../../../src/boot-control/rauc-barebox-style.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-barebox-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A store over a fake barebox-state: a script. The contract table has the real one. */
function storeOver(script: string): BareboxStore {
  const tool = join(folder, "barebox-state");
  writeFileSync(tool, `#!/bin/sh\n${script}\n`);
  chmodSync(tool, 0o755);
  return new BareboxStore({ tool, root: "/", stateName: null, deviceTree: null });
}

const DUMP = "echo bootstate.A.priority=20; echo bootstate.A.remaining_attempts=3";

describe("a tool that does not do what it should", () => {
  test.each<[string, string, RegExp]>([
    [
      "finds no copy",
      `echo 'Failed to load persistent state, continuing with defaults' >&2; ${DUMP}`,
      /no valid copy/,
    ],
    ["fails", "echo 'cannot find device' >&2; exit 1", /barebox-state ended with 1: cannot find device$/],
    ["prints something else", "echo Usage", /printed "Usage", name=value would be right/],
  ])("%s: nothing can be told, and nothing is written", async (_, script, told) => {
    const store = storeOver(script);
    const { variables, problems } = await store.read();
    expect([variables, problems]).toEqual([null, [expect.stringMatching(told)]]);
    await expect(store.update(() => new Map([["bootstate.A.priority", "1"]]))).rejects.toMatchObject({
      kind: "badStore",
    });
  });

  test("is missing", async () => {
    const store = new BareboxStore({
      tool: join(folder, "none"),
      root: "/",
      stateName: null,
      deviceTree: null,
    });
    expect((await store.read()).problems).toEqual([expect.stringMatching(/could not be started: ENOENT$/)]);
  });

  test("ends with 0 and did nothing", async () => {
    const store = storeOver(DUMP);
    await expect(store.update(() => new Map([["bootstate.A.priority", "1"]]))).rejects.toMatchObject({
      kind: "notReadBack",
    });
    await store.update(() => new Map([["bootstate.A.priority", "20"]]));
  });
});

test.each<[Record<string, string>, string, RegExp | null]>([
  [{ "bootstate.A.priority": "20", "bootstate.A.remaining_attempts": "3" }, "trying", null],
  [{ "bootstate.A.priority": "0", "bootstate.A.remaining_attempts": "3" }, "bad", null],
  [{ "bootstate.A.priority": "20", "bootstate.A.remaining_attempts": "0" }, "bad", null],
  [{ "bootstate.A.priority": "20" }, "unknown", /has no bootstate.A.remaining_attempts$/],
  [
    { "bootstate.A.priority": "many", "bootstate.A.remaining_attempts": "3" },
    "unknown",
    /^bootstate.A.priority is "many"/,
  ],
  [
    { "bootstate.A.priority": "4294967295", "bootstate.A.remaining_attempts": "3" },
    "unknown",
    /^bootstate.A.priority is "4294967295"/,
  ],
])("%j reads %s", (values, health, told) => {
  const style = new RaucBareboxStyle([{ id: "a", bootname: "A" }], { attempts: 3, attemptsPrimary: 3 });
  const { slots, problems } = style.stateOf(new Map(Object.entries(values)), null);
  expect(slots[0]?.health).toBe(health);
  expect(problems).toEqual(told === null ? [] : [expect.stringMatching(told)]);
});

fuzz("dumps of barebox-state", [Buffer.from("bootstate.A.priority=20\nbootstate.B.priority=10\n")], (bytes) =>
  parseDump(bytes.toString("latin1"), "barebox-state"),
);
